import type { ReactiveController } from 'lit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { LabError } from '../../src/lab/lab.ts';
import { Experiment } from '../../src/ui/experiment.ts';
import { FakeLab, HARDWARE, okResult } from './fake-lab.ts';

class Host {
  readonly seen: string[] = [];
  readonly updateComplete = Promise.resolve(true);
  experiment: Experiment | undefined;

  addController(controller: ReactiveController): void {
    if (controller instanceof Experiment) this.experiment = controller;
  }

  removeController(): void {
    this.experiment = undefined;
  }

  requestUpdate(): void {
    this.seen.push(this.experiment?.activity.kind ?? 'none');
  }
}

function experimentOn(lab: FakeLab): { readonly experiment: Experiment; readonly host: Host } {
  const host = new Host();
  const experiment = new Experiment(host);
  experiment.lab = lab;
  return { experiment, host };
}

describe('an experiment', () => {
  test('ends with a result, the spec that was asked for, and the machine', async () => {
    const { experiment, host } = experimentOn(new FakeLab());
    await experiment.start(DEFAULT_SPEC);
    expect(experiment.finished).toEqual({
      spec: DEFAULT_SPEC,
      result: okResult(),
      environment: HARDWARE,
    });
    expect(host.seen.at(0)).toBe('running');
    expect(host.seen.at(-1)).toBe('idle');
  });

  test('ignores a second start while it runs', async () => {
    const lab = new FakeLab();
    const { experiment } = experimentOn(lab);
    await Promise.all([experiment.start(DEFAULT_SPEC), experiment.start({ ...DEFAULT_SPEC, seed: 2 })]);
    expect(lab.ran).toEqual([DEFAULT_SPEC]);
  });

  test('keeps the last result when the next run is cancelled, and takes a third', async () => {
    const lab = new FakeLab();
    const { experiment } = experimentOn(lab);
    await experiment.start(DEFAULT_SPEC);
    const run = experiment.start({ ...DEFAULT_SPEC, seed: 2 });
    experiment.cancel();
    expect(experiment.activity.kind).toBe('cancelled');
    await run;
    expect(experiment.activity.kind).toBe('cancelled');
    expect(experiment.finished?.spec.seed).toBe(1);
    await experiment.start({ ...DEFAULT_SPEC, seed: 3 });
    expect(experiment.finished?.spec.seed).toBe(3);
  });

  test('begins only when the lab has stopped the one that was cancelled', async () => {
    const lab = new FakeLab({ stepMs: 5 });
    const { experiment } = experimentOn(lab);
    const cancelled = experiment.start(DEFAULT_SPEC);
    await new Promise((done) => setTimeout(done, 12));
    let stopped = false;
    void cancelled.then(() => (stopped = true));
    experiment.cancel();
    const second = experiment.start({ ...DEFAULT_SPEC, seed: 2 });
    expect(lab.ran).toHaveLength(1);
    await second;
    expect(stopped).toBe(true);
    expect(lab.ran).toHaveLength(2);
    expect(experiment.finished?.spec.seed).toBe(2);
  });

  test('that cannot open a GPU says what to do, and runs once there is one', async () => {
    const lab = new FakeLab({ environment: new LabError('no-adapter', 'none') });
    const { experiment } = experimentOn(lab);
    expect(await experiment.open()).toBe(false);
    expect(experiment.activity).toMatchObject({
      kind: 'stopped',
      advice: { title: 'No GPU adapter was found' },
    });
    lab.script = {};
    await experiment.start(DEFAULT_SPEC);
    expect(experiment.finished?.result.status).toBe('ok');
  });

  test('that the lab breaks off unexpectedly shows the message', async () => {
    const broken = (): never => {
      throw new Error('the worker died');
    };
    const { experiment } = experimentOn(new FakeLab({ result: broken }));
    await experiment.start(DEFAULT_SPEC);
    expect(experiment.activity).toMatchObject({
      kind: 'stopped',
      advice: { explanation: 'the worker died' },
    });
  });

  test('stops with its host', async () => {
    const { experiment } = experimentOn(new FakeLab());
    const run = experiment.start(DEFAULT_SPEC);
    experiment.hostDisconnected();
    await run;
    expect(experiment.finished).toBeUndefined();
  });
});
