import { describe, expect, it } from 'vitest';
import { matMulNBitsModel } from '../../bench/peers/onnx-model.ts';
import { numberField, textField } from '../../bench/peers/protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (value: string): string => Buffer.from(value).toString('hex');

describe('fields of a message', () => {
  it('are encoded as the examples of the protocol-buffers guide', () => {
    expect(hex(numberField(1, 150))).toBe('089601');
    expect(hex(textField(2, 'testing'))).toBe('120774657374696e67');
  });

  it('have tags of two bytes from field 16 on', () => {
    expect(hex(numberField(20, 2))).toBe('a00102');
  });

  it('hold numbers above 2³²', () => {
    expect(hex(numberField(1, 2 ** 35))).toBe('08808080808001');
  });
});

describe('a model of MatMulNBits', () => {
  const product = { M: 1, N: 1, K: 16, bits: 4, block: 16, accuracyLevel: 4, type: 'f32' } as const;
  const B = Uint8Array.of(0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe);
  const scales = new Uint8Array(Float32Array.of(1).buffer);

  it('is the bytes that onnx.proto gives by hand', () => {
    const node = [
      `0a01${text('A')}0a01${text('B')}0a06${text('scales')}1201${text('Y')}1a07${text('product')}220b${text('MatMulNBits')}`,
      `2a080a01${text('K')}1810a00102`,
      `2a080a01${text('N')}1801a00102`,
      `2a0b0a04${text('bits')}1804a00102`,
      `2a110a0a${text('block_size')}1810a00102`,
      `2a150a0e${text('accuracy_level')}1804a00102`,
      `3a0d${text('com.microsoft')}`,
    ].join('');
    const graph = [
      `0a8101${node}`,
      `1205${text('graph')}`,
      `2a1508010801080810024201${text('B')}4a081032547698badcfe`,
      `2a140801080110014206${text('scales')}4a040000803f`,
      `5a130a01${text('A')}120e0a0c080112080a0208010a020810`,
      `62130a01${text('Y')}120e0a0c080112080a0208010a020801`,
    ].join('');
    const model = `08083ae201${graph}42040a00101142110a0d${text('com.microsoft')}1001`;
    expect(hex(matMulNBitsModel({ ...product, B, scales }))).toBe(model);
  });

  it('names zero points as the fourth input where there are any', () => {
    const model = hex(matMulNBitsModel({ ...product, B, scales, zeroPoints: Uint8Array.of(8) }));
    expect(model).toContain(`0a06${text('scales')}0a0b${text('zero_points')}1201${text('Y')}`);
    expect(model).toContain(`080108011002420b${text('zero_points')}4a0108`);
  });
});
