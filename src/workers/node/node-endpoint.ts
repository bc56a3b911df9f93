import type { Endpoint } from 'comlink';
import type { MessagePort, Worker } from 'node:worker_threads';

/** A worker of Node, or the port to the thread that started this one, as Comlink's endpoint: events instead of emitters. */
export function nodeEndpoint(port: Worker | MessagePort): Endpoint {
  const listeners = new WeakMap<object, (data: unknown) => void>();
  return {
    postMessage: (message, transfer) => {
      port.postMessage(message, (transfer ?? []) as ArrayBuffer[]);
    },
    addEventListener: (_, listener) => {
      const heard = (data: unknown): void => {
        const event = { data } as MessageEvent;
        if ('handleEvent' in listener) listener.handleEvent(event);
        else listener(event);
      };
      listeners.set(listener, heard);
      port.on('message', heard);
    },
    removeEventListener: (_, listener) => {
      const heard = listeners.get(listener);
      if (heard) port.off('message', heard);
    },
  };
}
