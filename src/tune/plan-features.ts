import { type KernelPlan, mainPass } from '../kernels/plan.ts';

/** Registers that a processor has for the invocations on it, and workgroup memory: rough, for occupancy alone. */
const REGISTERS = 65536;
const WORKGROUP_BYTES = 65536;

/** Numbers about a plan that its time may depend on, all above 0. */
export interface PlanFeatures {
  /** Least bytes that the plan must move. */
  readonly traffic: number;
  /** Multiply-accumulates. */
  readonly macs: number;
  /** Bytes that the caches must deliver for each multiply-accumulate. */
  readonly loadsPerMac: number;
  readonly workgroupBytes: number;
  readonly registers: number;
  readonly workgroupSize: number;
  readonly workgroups: number;
  /** Estimated invocations that fit one processor at once. */
  readonly occupancy: number;
}

/** The features of a plan, of its main pass where they are a pass's. */
export function planFeatures(plan: KernelPlan): PlanFeatures {
  const { workgroupSize, dispatch } = mainPass(plan.passes);
  const macs = plan.work / 2;
  const byRegisters = REGISTERS / (plan.registers * workgroupSize);
  const byMemory = WORKGROUP_BYTES / Math.max(1, plan.workgroupBytes);
  return {
    traffic: plan.traffic,
    macs,
    loadsPerMac: plan.loaded / macs,
    workgroupBytes: Math.max(1, plan.workgroupBytes),
    registers: plan.registers,
    workgroupSize,
    workgroups: dispatch[0] * dispatch[1] * dispatch[2],
    occupancy: workgroupSize * Math.max(1, Math.min(32, Math.floor(Math.min(byRegisters, byMemory)))),
  };
}
