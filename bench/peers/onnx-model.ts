import { bytesField, concatenate, type Field, messageField, numberField, textField } from './protobuf.ts';

/** A product for ONNX Runtime's operator MatMulNBits, weights included. */
export interface MatMulNBits {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** 2, 4 or 8. */
  readonly bits: number;
  readonly block: number;
  /** 0: as exact as the operands allow; 4: activations may be quantized to int8. */
  readonly accuracyLevel: 0 | 4;
  /** Type of activations, scales and output. */
  readonly type: 'f32' | 'f16';
  /** [N, blocks, block · bits / 8] */
  readonly B: Uint8Array;
  /** [N, blocks], the bytes of values of `type`. */
  readonly scales: Uint8Array;
  /** [N, ⌈blocks · bits / 8⌉]; 2^(bits − 1) each if left out. */
  readonly zeroPoints?: Uint8Array;
}

/** `TensorProto.DataType`. */
const DATA_TYPE = { f32: 1, uint8: 2, f16: 10 } as const;
/** `AttributeProto.AttributeType.INT`. */
const ATTRIBUTE_INT = 2;
const IR_VERSION = 8;
const OPSET = 17;
const DOMAIN = 'com.microsoft';

/**
 * A model of one MatMulNBits: input `A` [M, K], output `Y` [M, N], all else an initializer.
 *
 * @returns an ONNX `ModelProto`; field numbers are those of onnx.proto (IR version 8).
 */
export function matMulNBitsModel(product: MatMulNBits): Uint8Array<ArrayBuffer> {
  const { M, N, K, bits, block, accuracyLevel, type, B, scales, zeroPoints } = product;
  const blocks = Math.ceil(K / block);
  const tensors = [
    tensor('B', DATA_TYPE.uint8, [N, blocks, (block * bits) / 8], B),
    tensor('scales', DATA_TYPE[type], [N, blocks], scales),
    ...(zeroPoints
      ? [tensor('zero_points', DATA_TYPE.uint8, [N, Math.ceil((blocks * bits) / 8)], zeroPoints)]
      : []),
  ];
  const inputs = ['A', 'B', 'scales', ...(zeroPoints ? ['zero_points'] : [])];
  const attributes = { K, N, bits, block_size: block, accuracy_level: accuracyLevel };
  const node = [
    ...inputs.map((name) => textField(1, name)),
    textField(2, 'Y'),
    textField(3, 'product'),
    textField(4, 'MatMulNBits'),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    textField(7, DOMAIN),
  ];
  const graph = [
    messageField(1, node),
    textField(2, 'graph'),
    ...tensors.map((fields) => messageField(5, fields)),
    messageField(11, valueInfo('A', DATA_TYPE[type], [M, K])),
    messageField(12, valueInfo('Y', DATA_TYPE[type], [M, N])),
  ];
  return concatenate([
    numberField(1, IR_VERSION),
    messageField(7, graph),
    messageField(8, [textField(1, ''), numberField(2, OPSET)]),
    messageField(8, [textField(1, DOMAIN), numberField(2, 1)]),
  ]);
}

/** `TensorProto` with raw data. */
const tensor = (name: string, type: number, dims: readonly number[], data: Uint8Array): Field[] => [
  ...dims.map((dim) => numberField(1, dim)),
  numberField(2, type),
  textField(8, name),
  bytesField(9, data),
];

/** `AttributeProto` of a whole number. */
const attribute = (name: string, value: number): Field =>
  messageField(5, [textField(1, name), numberField(3, value), numberField(20, ATTRIBUTE_INT)]);

/** `ValueInfoProto` of a tensor of fixed shape. */
function valueInfo(name: string, type: number, dims: readonly number[]): Field[] {
  const shape = dims.map((dim) => messageField(1, [numberField(1, dim)]));
  const tensorType = [numberField(1, type), messageField(2, shape)];
  return [textField(1, name), messageField(2, [messageField(1, tensorType)])];
}
