import { type Lab, LabError, LostError, type ProgressListener } from './lab.ts';
import { invokeOn, type LabCall, labOf, UNHEARD } from './lab-call.ts';

/** How a call ended. An error crosses as data, for a thrown one would lose its class and its code. */
export type Reply<T = unknown> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'lab-error'; readonly code: LabError['code']; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string };

/**
 * Carries a call to where the lab is: a worker, a browser.
 *
 * @throws LostError where that is gone; the signal's reason once it aborts.
 */
export type Send = (call: LabCall, signal: AbortSignal, onProgress: ProgressListener) => Promise<Reply>;

/** A lab that is elsewhere. */
export const remoteLab = (send: Send): Lab => labOf(async (...call) => valueOf(await send(...call)));

/** A lab as whoever is elsewhere calls it: by numbers, so that each call can be aborted. */
export interface ServedLab {
  /** Never rejects. */
  call(id: number, call: LabCall, onProgress?: ProgressListener): Promise<Reply>;
  /** Asks a call to stop; it then ends with an error. One that has ended already is left alone. */
  abort(id: number): void;
}

/** Serves a lab. @param labNow the lab, asked for at each call. */
export function serveLab(labNow: () => Lab): ServedLab {
  const running = new Map<number, AbortController>();
  return {
    call: async (id, call, onProgress = UNHEARD) => {
      const abort = new AbortController();
      running.set(id, abort);
      try {
        return await replyOf(() => invokeOn(labNow())(call, abort.signal, onProgress));
      } finally {
        running.delete(id);
      }
    },
    abort: (id) => {
      running.get(id)?.abort(new DOMException('The caller cancelled the call.', 'AbortError'));
    },
  };
}

/** What became of some work, as plain data. */
export async function replyOf<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { kind: 'value', value: await work() };
  } catch (error) {
    if (error instanceof LabError) return { kind: 'lab-error', code: error.code, message: error.message };
    if (error instanceof LostError) return { kind: 'lost', message: error.message };
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'error', name, message, stack };
  }
}

/** @throws the error that a reply is, as the class it was if that is one of a lab's. */
function valueOf(reply: Reply): unknown {
  switch (reply.kind) {
    case 'value':
      return reply.value;
    case 'lab-error':
      throw new LabError(reply.code, reply.message);
    case 'lost':
      throw new LostError(reply.message);
    case 'error': {
      const error = new Error(reply.message);
      error.name = reply.name;
      error.stack = reply.stack;
      throw error;
    }
  }
}
