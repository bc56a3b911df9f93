import ortWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { LocalPool } from '../../src/workers/local-pool.ts';
import type { PeersOptions, PeersRecord } from './peers-record.ts';
import { showPeers } from './peers-page.ts';
import { runPeers } from './run-peers.ts';

/** This page's face to Puppeteer. */
export interface PeersApi {
  /** @throws as `runPeers`; an error keeps its name and message only. */
  run(options: PeersOptions, versions: Readonly<Record<string, string>>): Promise<PeersRecord>;
}

declare global {
  interface Window {
    subbytePeers: PeersApi;
    /** Given by Puppeteer before the page loads. */
    subbytePeersTell?: (step: string) => Promise<void>;
  }
}

const surroundings = {
  webgpu: navigator.gpu as GPU | undefined,
  engine: 'chrome',
  pool: new LocalPool(),
  ortWasm: new URL(ortWasm, document.baseURI).href,
};

window.subbytePeers = {
  run: (options, versions) =>
    runPeers(options, {
      ...surroundings,
      versions,
      signal: new AbortController().signal,
      tell: (step) => {
        void window.subbytePeersTell?.(step);
      },
      onRow: () => undefined,
    }),
};

showPeers(document, (options, { signal, tell, onRow }) =>
  runPeers(options, { ...surroundings, versions: {}, signal, tell, onRow }),
);
