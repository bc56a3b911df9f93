import { describe, expect, test } from 'vitest';
import { resultsFor } from './results-of.ts';

const CODES = ['0x0', '0x1', '0x2', '0x3', '0x4', '0x5', '0x6', '0x7'];
const TIES = ['.25', '.75', '1.25', '1.75', '2.5', '3.5', '5'];

const row = (text: string): string[] => text.split(' ');

describe('the codes of FP4', () => {
  test.each([
    ['OCP', '0 0.5 1 1.5 2 3 4 6'],
    ['bitsandbytes', '0 0.00520833333 0.666666667 1 0.333333333 0.5 0.166666667 0.25'],
    ['BitBLAS', '0 0.015625 0.03125 0.0625 0.125 0.25 0.5 1'],
    ['Tilus float4_e1m2', '0 0.5 1 1.5 2 2.5 3 3.5'],
    ['Pychop', '0 0.5 1 1.5 2 3 0 0'],
  ])('are, in %s, %s', (projects, values) => {
    expect(resultsFor('FP4', projects, CODES)).toEqual(row(values));
  });

  test('have their sign in bit 3', () => {
    const projects = ['OCP', 'bitsandbytes', 'BitBLAS', 'Tilus float4_e1m2', 'Pychop'];
    const values = projects.map((who) => resultsFor('FP4', who, ['0xD'])[0]);
    expect(values).toEqual(row('-3 -0.5 -0.25 -2.5 -3'));
  });
});

describe('ties of E2M1', () => {
  test.each([
    ['OCP', '0 1 1 2 2 4 4'],
    ['microxcaling', '0.5 1 1.5 2 3 4 6'],
    ['Quartet', '0 0.5 1 1.5 2 3 4'],
    ['ggml', '0 0.5 1 1.5 2 3 4'],
    ['Tilus', '0 0.5 1 2 2 4 4'],
    ['Pychop, rounding mode 1', '0 1 1 2 2 4 0'],
    ['Pychop, rounding mode 8', '0.5 1 1.5 2 3 4 0'],
    ['Pychop, rounding mode 7', '0 0.5 1 1.5 2 3 0'],
  ])('go, in %s, to %s', (projects, values) => {
    expect(resultsFor('E2M1 tie', projects, TIES)).toEqual(row(values));
  });

  test.each([
    ['OCP', '0 -1 -1 -2 -2 -4 -4'],
    ['microxcaling', '-0.5 -1 -1.5 -2 -3 -4 -6'],
    ['ggml', '0 -0.5 -1 -1.5 -2 -3 -4'],
    ['Pychop, rounding mode 8', '0 -0.5 -1 -1.5 -2 -3 0'],
    ['Pychop, rounding mode 7', '-0.5 -1 -1.5 -2 -3 -4 0'],
  ])('of negatives go, in %s, to %s', (projects, values) => {
    const negatives = TIES.map((tie) => `-${tie}`);
    expect(resultsFor('E2M1 tie', projects, negatives)).toEqual(row(values));
  });

  test('are the only difference between the nearest rules', () => {
    const values = ['0.2', '0.3', '0.74', '1.3', '2.49', '3.51', '5.01', '7', '1000'];
    const nearest = row('0 0.5 0.5 1.5 2 4 6 6 6');
    for (const projects of ['OCP', 'microxcaling', 'Quartet', 'ggml']) {
      expect(resultsFor('E2M1 tie', projects, values)).toEqual(nearest);
    }
  });

  test('are not all that Tilus differs in: below 1 it rounds and then cuts', () => {
    expect(resultsFor('E2M1 tie', 'Tilus', ['0.26', '0.43', '0.44', '0.5', '0.74', '0.875', '1'])).toEqual(
      row('0 0 0.5 0.5 0.5 1 1'),
    );
  });

  test('are followed by what Pychop makes of 4 and more', () => {
    expect(resultsFor('E2M1', 'Pychop, rounding mode 1', ['4', '6', '7.9', '8'])).toEqual(row('0 0 0 Inf'));
  });
});

describe('E4M3', () => {
  test.each([
    ['OCP (saturating)', '448 448 448 448 256 448'],
    ['Tilus', '448 448 448 448 256 448'],
    ['OCP (not saturating)', '448 448 NaN NaN 256 NaN'],
    ['microxcaling, as element', '448 448 448 448 256 Inf'],
    ['microxcaling, alone', '448 Inf Inf Inf 256 Inf'],
    ['Pychop FaultChop', 'Inf Inf Inf Inf Inf Inf'],
    ['Pychop LightChop', '0 0 0 0 256 Inf'],
    ['ggml', '448 448 448 448 448 448'],
    ['E4M3FNUZ', '240 240 240 240 240 240'],
  ])('becomes, in %s, %s at 448, 464, 465, 500, 248, Inf', (projects, values) => {
    const given = ['448', '464', '465', '500', '248', 'inf'];
    expect(resultsFor('E4M3 overflow', projects, given)).toEqual(row(values));
  });

  test('rounds small numbers as the published vectors say', () => {
    const given = ['2^-10', '0.0029296875', '2^-9', '0.0176'];
    expect(resultsFor('E4M3 overflow', 'OCP (saturating)', given)).toEqual(row('0 0.00390625 2^-9 9·2^-9'));
  });
});

describe('a finite format', () => {
  test.each([
    ['OCP', '28 28 28 -28 16 0 0'],
    ['microxcaling', 'Inf 28 28 -Inf 16 0 0.0625'],
    ['Tilus', '-28 28 28 -28 16 0 0'],
    ["QuantLLM (FP6-LLM)'s tool", 'throws throws 28 throws 14 throws throws'],
    ['Pychop', 'Inf 0 0 -Inf 16 0 0'],
  ])('takes, in %s, Inf, 31, 28, -Inf, 15, 0.03, 0.03125 as %s', (projects, values) => {
    const given = ['inf', '31', '28', '-inf', '15', '0.03', '0.03125'];
    expect(resultsFor('Inf', projects, given)).toEqual(row(values));
  });
});
