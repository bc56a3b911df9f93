import { describe, expect, it } from 'vitest';
import { EngineError } from '../../bench/context.ts';
import { chromeLab } from '../../bench/engines/chrome-lab.ts';
import { PageCrash } from '../../bench/engines/page-session.ts';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import type { AdapterChoice } from '../../src/lab/lab.ts';
import type { LabCall } from '../../src/lab/lab-call.ts';
import type { Reply } from '../../src/lab/remote-lab.ts';
import { withRecovery } from '../../src/lab/with-recovery.ts';
import { ENVIRONMENT, okResult } from './fake-context.ts';

const SPEC = { ...DEFAULT_SPEC, weights: 'model.safetensors#w' };
const NEVER = new AbortController().signal;

/** A page's answer to an experiment or a question. */
const answer = ({ method, args }: LabCall): Reply => {
  if (method === 'environment') return { kind: 'value', value: ENVIRONMENT };
  return { kind: 'value', value: method === 'judged' ? undefined : okResult(args[0] as Spec) };
};

/** A lab on browsers that follow a script, a step a call; what became of them is counted. */
function scripted(steps: readonly ((call: LabCall) => Reply)[], adapter: AdapterChoice = 'auto') {
  const seen = { opened: 0, closed: 0, weights: [] as string[] };
  let next = 0;
  const browsers = chromeLab({
    open: () => {
      seen.opened++;
      return Promise.resolve({
        call: async (call: LabCall) => {
          const [spec] = call.args as readonly Partial<Spec>[];
          if (spec?.weights !== undefined) seen.weights.push(spec.weights);
          return Promise.resolve((steps[next++] ?? answer)(call));
        },
        version: () => Promise.resolve('Chrome/1'),
        close: () => {
          seen.closed++;
          return Promise.resolve();
        },
      });
    },
    served: (weights) => Promise.resolve(`http://127.0.0.1/shared/0#${weights.split('#')[1]!}`),
    adapter,
  });
  return { lab: withRecovery(browsers), seen };
}

const crash = (): never => {
  throw new PageCrash('the page crashed');
};

describe('a lab in Chrome', () => {
  it('gives the page its weights by address, and the record by the user’s name', async () => {
    const { lab, seen } = scripted([]);
    const result = await lab.run(SPEC, NEVER, () => undefined);
    expect(seen.weights).toEqual(['http://127.0.0.1/shared/0#w']);
    expect(result).toMatchObject({ status: 'ok', retries: 0, spec: SPEC });
  });

  it('starts a fresh browser after a crash, once, and counts it', async () => {
    const { lab, seen } = scripted([crash]);
    const result = await lab.run(SPEC, NEVER, () => undefined);
    expect(result).toMatchObject({ status: 'ok', retries: 1 });
    expect(seen).toMatchObject({ opened: 2, closed: 1 });
  });

  it('ends as failed after two crashes', async () => {
    const { lab, seen } = scripted([crash, crash]);
    const result = await lab.verify(SPEC, NEVER, () => undefined);
    expect(result).toMatchObject({ status: 'failed', retries: 1, spec: SPEC });
    expect(result.reason).toContain('the page crashed');
    expect(seen).toMatchObject({ opened: 2, closed: 2 });
  });

  it('ends every experiment of a comparison as failed after two crashes', async () => {
    const { lab, seen } = scripted([answer, crash, crash]);
    const record = await lab.compare([SPEC, { ...SPEC, m: 2 }], NEVER, () => undefined);
    expect(record.results).toMatchObject([
      { status: 'failed', spec: SPEC },
      { status: 'failed', spec: { ...SPEC, m: 2 } },
    ]);
    expect(record).toMatchObject({ comparisons: [], environments: [{ engine: ENVIRONMENT.engine }] });
    expect(seen).toMatchObject({ opened: 2, closed: 2 });
  });

  it('has no record of a comparison whose machine was never seen', async () => {
    const { lab, seen } = scripted([crash, crash]);
    const compared = lab.compare([SPEC, SPEC], NEVER, () => undefined);
    await expect(compared).rejects.toThrow('Chrome failed: the page crashed.');
    expect(seen).toMatchObject({ opened: 2, closed: 2 });
  });

  it('begins again in a fresh browser where the device was lost', async () => {
    const lost = (): Reply => ({ kind: 'lost', message: 'The GPU device was lost.' });
    const { lab, seen } = scripted([lost]);
    expect(await lab.run(SPEC, NEVER, () => undefined)).toMatchObject({ status: 'ok', retries: 1 });
    expect(seen).toMatchObject({ opened: 2, closed: 1 });
    const gone = scripted([lost, () => ({ kind: 'lost', message: 'lost: GPU connection lost.' })]);
    expect(await gone.lab.verify(SPEC, NEVER, () => undefined)).toMatchObject({
      status: 'failed',
      reason: 'Chrome failed: lost: GPU connection lost.',
    });
  });

  it('takes a WebGPU that does not come back for a crash, and other errors for what they are', async () => {
    const gone = (): Reply => ({
      kind: 'error',
      name: 'OperationError',
      message: 'A valid external Instance reference no longer exists.',
      stack: '',
    });
    expect(await scripted([gone]).lab.run(SPEC, NEVER, () => undefined)).toMatchObject({ retries: 1 });
    const bug = (): Reply => ({ kind: 'error', name: 'Error', message: 'a bug', stack: 'here' });
    const { lab, seen } = scripted([bug]);
    await expect(lab.run(SPEC, NEVER, () => undefined)).rejects.toThrow('a bug');
    expect(seen.opened).toBe(1);
  });

  it('passes on that there is no adapter, and that the browser does not start', async () => {
    const none = (): Reply => ({ kind: 'lab-error', code: 'no-adapter', message: 'none' });
    await expect(scripted([none]).lab.environment()).rejects.toMatchObject({ code: 'no-adapter' });
    const lab = chromeLab({
      open: () => Promise.reject(new EngineError('does not start', 'fix it')),
      served: (weights) => Promise.resolve(weights),
      adapter: 'auto',
    });
    await expect(lab.environment()).rejects.toThrow('does not start');
  });

  it('refuses a hardware adapter where software was asked for', async () => {
    await expect(scripted([], 'software').lab.environment()).rejects.toThrow(
      'Chrome has no software adapter',
    );
    const { versions } = await scripted([], 'hardware').lab.environment();
    expect(versions['browser']).toBe('Chrome/1');
  });
});
