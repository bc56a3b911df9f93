import type { DeviceLab, LabParts } from './device-lab.ts';
import { EngineLab } from './engine-lab.ts';

/** Puts a lab together. */
export const createLab = (parts: LabParts): DeviceLab => new EngineLab(parts);
