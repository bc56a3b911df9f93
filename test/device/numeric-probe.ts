import { BUFFER_USAGE, MAP_READ } from '../../src/device/flags.ts';

/** What a device does with a subnormal: `flushed` to zero, as WGSL allows, `kept`, or `other`, which is neither. */
export type SubnormalRule = 'kept' | 'flushed' | 'other';

/** What a device does with subnormals; decoding must not depend on it. */
export interface SubnormalRules {
  /** With an f32 product that is subnormal. */
  readonly results: SubnormalRule;
  /** With a subnormal f32 that is multiplied. */
  readonly operands: SubnormalRule;
  /** With a subnormal f16 that `unpack2x16float` makes f32. */
  readonly halves: SubnormalRule;
}

/** 2⁻¹²⁶, ½, 2⁻¹²⁷, 2 as f32; 2⁻²⁴ as f16 in the low half. */
const OPERANDS = Uint32Array.of(0x00800000, 0x3f000000, 0x00400000, 0x40000000, 0x00000001);
/** 2⁻¹²⁷, 2⁻¹²⁶ and 2⁻²⁴ as f32. */
const KEPT = [0x00400000, 0x00800000, 0x33800000] as const;

/** Operands come from a buffer, so that no compiler computes with them. */
const SUBNORMALS = `
// 2^-126, 1/2, 2^-127, 2 as f32, and a word whose low half is 2^-24 as binary16.
@group(0) @binding(0) var<storage, read> operands : array<u32, 5>;
// The patterns of 2^-126 · 1/2, of 2^-127 · 2 and of the half as f32.
@group(0) @binding(1) var<storage, read_write> results : array<u32, 3>;

@compute @workgroup_size(1)
fn main() {
  results[0] = bitcast<u32>(bitcast<f32>(operands[0]) * bitcast<f32>(operands[1]));
  results[1] = bitcast<u32>(bitcast<f32>(operands[2]) * bitcast<f32>(operands[3]));
  results[2] = bitcast<u32>(unpack2x16float(operands[4]).x);
}
`;

/** Finds out by computing with subnormals. */
export async function probeSubnormals(device: GPUDevice): Promise<SubnormalRules> {
  const { storage, copySrc, copyDst, mapRead } = BUFFER_USAGE;
  const size = 4 * KEPT.length;
  const operands = device.createBuffer({ size: OPERANDS.byteLength, usage: storage | copyDst });
  const results = device.createBuffer({ size, usage: storage | copySrc });
  const copy = device.createBuffer({ size, usage: mapRead | copyDst });
  try {
    device.queue.writeBuffer(operands, 0, OPERANDS.buffer);
    const pipeline = await device.createComputePipelineAsync({
      label: 'subnormals',
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: SUBNORMALS }), entryPoint: 'main' },
    });
    const entries = [operands, results].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(results, 0, copy, 0, size);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(MAP_READ);
    return rulesOf(new Uint32Array(copy.getMappedRange()));
  } finally {
    for (const buffer of [operands, results, copy]) buffer.destroy();
  }
}

function rulesOf(found: Uint32Array): SubnormalRules {
  const [results, operands, halves] = KEPT.map((kept, i): SubnormalRule => {
    if (found[i] === kept) return 'kept';
    return found[i] === 0 ? 'flushed' : 'other';
  });
  return { results: results!, operands: operands!, halves: halves! };
}
