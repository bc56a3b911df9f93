import type { QuantizedWeights } from '../../src/formats/quantized.ts';

/** One product for every contender: the same numbers in all of them. */
export interface Product {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** How activations are stored. */
  readonly activation: 'f32' | 'f16';
  /** [M, K], rounded to f16 where that is the type. */
  readonly activations: Float32Array<ArrayBuffer>;
  readonly weights: QuantizedWeights;
  /** [K, N], the dequantized weights as dense libraries take them. */
  readonly dense: Float32Array<ArrayBuffer>;
}

/** What a multiplication is allowed to do to its activations: nothing, or round them to int8. */
export type Accuracy = 'float' | 'int8-activations';

/** Another library, in one of its settings. */
export interface Peer {
  readonly id: string;
  /** Its npm package. */
  readonly library: string;
  /** What is set, for users. */
  readonly setting: string;
  /** Whether it multiplies packed codes or weights that have been expanded to f32. */
  readonly weights: 'packed' | 'dense';
  /** What its setting allows. */
  readonly accuracy: Accuracy;
  /** What the kernels that it chose did, by their names; what the setting allows if left out. */
  readonly accuracyOf?: (kernels: readonly string[]) => Accuracy;
  /**
   * Loads the library, and the product into it.
   *
   * @param device shared with us.
   * @throws whatever the library throws; FormatError where it has no room for the format.
   */
  load(
    product: Product,
    shared: { readonly device: GPUDevice; readonly info: GPUAdapterInfo },
  ): Promise<LoadedPeer>;
}

/** A product in another library. */
export interface LoadedPeer {
  /** Computes the product once, of the same inputs each time; done when all its work is submitted. */
  run(): Promise<void>;
  /** Computes the product once. @returns [M, N] */
  read(): Promise<Float32Array>;
  /** Frees what the product takes. */
  release(): Promise<void>;
}
