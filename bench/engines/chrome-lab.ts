import type { Environment } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { type AdapterChoice, type Lab, LabError } from '../../src/lab/lab.ts';
import { invokeOn, labOf, mapResults } from '../../src/lab/lab-call.ts';
import { remoteLab } from '../../src/lab/remote-lab.ts';
import { PageCrash, type PageSession } from './page-session.ts';

/** What a {@link ChromeLab} is made of. */
export interface ChromeLabParts {
  /** Starts a browser. */
  readonly open: () => Promise<Pick<PageSession, 'call' | 'version' | 'close'>>;
  /** The name under which the page finds the weights that a spec names. */
  readonly served: (weights: string) => Promise<string>;
  /** The adapter that the browser was started for. */
  readonly adapter: AdapterChoice;
}

/** A lab in a browser's page. */
export interface ChromeLab extends Lab {
  /** Ends the browser. */
  close(): Promise<void>;
}

/** What Chrome says after its GPU process died: the page lives, but its WebGPU does not come back. */
const GPU_PROCESS_GONE = /external Instance reference|GPU (process|connection)/i;

/**
 * A lab in the page of a browser that the first call starts, and the first after a crash of the page or its GPU process.
 *
 * @throws from its methods PageCrash at such a crash.
 */
export function chromeLab({ open, served, adapter }: ChromeLabParts): ChromeLab {
  let session: Awaited<ReturnType<typeof open>> | undefined;
  const close = async (): Promise<void> => {
    const ended = session;
    session = undefined;
    await ended?.close();
  };
  const page = remoteLab(async (call, signal, onProgress) => {
    session ??= await open();
    try {
      const reply = await session.call(call, signal, onProgress);
      if (reply.kind !== 'value' && GPU_PROCESS_GONE.test(reply.message)) throw new PageCrash(reply.message);
      // Chrome may well have lost more than the device: what begins again does so in a fresh one.
      if (reply.kind === 'lost') await close();
      return reply;
    } catch (error) {
      if (error instanceof PageCrash) await close();
      throw error;
    }
  });
  return {
    ...withServedWeights(page, served),
    environment: async () => {
      const environment = await page.environment();
      checkAdapter(environment, adapter);
      const browser = await session?.version();
      return {
        ...environment,
        versions: { ...environment.versions, ...(browser === undefined ? {} : { browser }) },
      };
    },
    close,
  };
}

/** The page finds weights by other names than the user, who finds their own in results. */
function withServedWeights(lab: Lab, served: ChromeLabParts['served']): Lab {
  const invoke = invokeOn(lab);
  const servedArgument = async (argument: unknown): Promise<unknown> => {
    if (Array.isArray(argument)) return Promise.all(argument.map(servedArgument));
    return isSpec(argument) ? { ...argument, weights: await served(argument.weights) } : argument;
  };
  return labOf(async (call, signal, onProgress) => {
    const args = await Promise.all(call.args.map(servedArgument));
    const value = await invoke({ ...call, args }, signal, onProgress);
    return mapResults(call, value, (result, { weights }) => ({
      ...result,
      spec: { ...result.spec, weights },
    }));
  });
}

const isSpec = (argument: unknown): argument is Spec =>
  typeof argument === 'object' && argument !== null && 'weights' in argument;

/** @throws LabError if the browser gave another kind of adapter than it was started for. */
function checkAdapter({ adapter }: Environment, choice: AdapterChoice): void {
  if (choice === 'auto' || adapter.software === (choice === 'software')) return;
  throw new LabError(
    'no-adapter',
    `Chrome has no ${choice} adapter here: it gave ${adapter.description || adapter.vendor}. Leave --adapter out to take it.`,
  );
}
