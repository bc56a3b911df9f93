import { invariant } from '../base/invariant.ts';
import type { DeviceLab } from '../lab/device-lab.ts';
import { serveLab } from '../lab/remote-lab.ts';
import { Foreground } from '../measure/foreground.ts';
import type { EngineApi, EngineSetup } from './engine-api.ts';

/** The {@link EngineApi} on this thread, around a lab that is made when the page has told where things are. */
export function engineService(
  createLab: (setup: EngineSetup, foreground: Foreground) => DeviceLab,
): EngineApi {
  const foreground = new Foreground();
  let lab: DeviceLab | undefined;
  const opened = (): DeviceLab => {
    invariant(lab !== undefined, 'the engine was asked to work before it was opened');
    return lab;
  };
  return {
    ...serveLab(opened),
    open: (setup) => {
      lab = createLab(setup, foreground);
    },
    setInFront: (inFront) => {
      foreground.set(inFront);
    },
    simulateDeviceLoss: () => opened().simulateDeviceLoss(),
  };
}
