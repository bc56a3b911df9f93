/** A product that people run: a layer of a known model, or a shape that finds errors. */
export interface NamedShape {
  readonly name: string;
  /** Summed. */
  readonly K: number;
  /** Output features. */
  readonly N: number;
  /** Where it comes from. */
  readonly about: string;
}

/** The shapes that `--shape` and the page offer; M is the user's choice. */
export const SHAPES: readonly NamedShape[] = [
  { name: 'llama-7b-out', K: 4096, N: 4096, about: 'Llama 7B, attention output (MARLIN, T-MAC)' },
  { name: 'llama-7b-qkv', K: 4096, N: 12288, about: 'Llama 7B, query, key and value in one (MARLIN, Tilus)' },
  { name: 'llama-7b-up', K: 4096, N: 11008, about: 'Llama 7B, up or gate projection (T-MAC, onnxruntime)' },
  { name: 'llama-7b-down', K: 11008, N: 4096, about: 'Llama 7B, down projection (T-MAC, onnxruntime)' },
  { name: 'marlin-7b-up', K: 4096, N: 21504, about: 'Llama 7B, gate and up, cut to MARLIN’s tiles' },
  { name: 'marlin-7b-down', K: 10752, N: 4096, about: 'Llama 7B, down projection, cut to MARLIN’s tiles' },
  { name: 'llama-13b-out', K: 5120, N: 5120, about: 'Llama 13B, attention output' },
  { name: 'llama-70b-out', K: 8192, N: 8192, about: 'Llama 2 70B, attention output (QuantLLM)' },
  { name: 'llama-70b-qkv', K: 8192, N: 10240, about: 'Llama 2 70B, query, key and value in one (QuantLLM)' },
  { name: 'llama-70b-up', K: 8192, N: 57344, about: 'Llama 2 70B, gate and up (QuantLLM)' },
  { name: 'llama-70b-down', K: 28672, N: 8192, about: 'Llama 2 70B, down projection (QuantLLM)' },
  { name: 'bitnet-2560', K: 2560, N: 2560, about: 'BitNet, attention output' },
  { name: 'bitnet-2560-up', K: 2560, N: 13824, about: 'BitNet, gate and up' },
  { name: 'bitnet-3200-up', K: 3200, N: 20480, about: 'BitNet 3B' },
  { name: 'bitnet-3200-down', K: 8640, N: 3200, about: 'BitNet 3B, down projection' },
  { name: 'bitblas-square', K: 16384, N: 16384, about: 'BitBLAS benchmark' },
  { name: 'bitblas-bloom', K: 14336, N: 43008, about: 'BitBLAS benchmark, BLOOM' },
  { name: 'bitblas-llama', K: 8192, N: 22016, about: 'BitBLAS benchmark, Llama' },
  { name: 'falcon-180b-up', K: 14848, N: 75264, about: 'Falcon 180B: larger than the default binding limit' },
  {
    name: 'falcon-180b-down',
    K: 74240,
    N: 14848,
    about: 'Falcon 180B: larger than the default binding limit',
  },
  { name: 'edge-column', K: 93, N: 1, about: 'one ragged column' },
  { name: 'edge-pair', K: 93, N: 2, about: 'two ragged columns' },
  {
    name: 'edge-ragged',
    K: 1234,
    N: 288,
    about: 'no dimension a multiple of any tile (onnxruntime’s tests)',
  },
];
