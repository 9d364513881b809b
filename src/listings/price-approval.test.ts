import { describe, expect, test } from 'vitest';
import { type Level, seenLevel } from '#listings/level-state.ts';
import { decisionAwaited } from '#listings/price-approval.ts';

const limitPercent = 40;

describe('a price is judged', () => {
  const shown: Level<string> = { ...seenLevel('10.00'), desired: '10.00' };

  test('against what the store shows, up or down', () => {
    expect(decisionAwaited(shown, '14.00', limitPercent)).toBeNull();
    expect(decisionAwaited(shown, '14.01', limitPercent)).toBe('needs_approval');
    expect(decisionAwaited(shown, '5.99', limitPercent)).toBe('needs_approval');
    expect(decisionAwaited(shown, '1000', null)).toBeNull();
  });

  test('against what the store is being told, while that is on its way', () => {
    const write = { id: 'one', value: '20.00', voided: false };
    const told: Level<string> = { ...shown, desired: '20.00', knowledge: 'in_flight', write };
    expect(decisionAwaited(told, '21.00', limitPercent)).toBeNull();
    expect(decisionAwaited(told, '10.00', limitPercent)).toBe('needs_approval');
  });

  test('once: what a person has let pass, or discarded, stays so until something else is wanted', () => {
    const wanted = { ...shown, desired: '30.00' };
    expect(decisionAwaited(wanted, '30', limitPercent)).toBeNull();
    const discarded = { ...wanted, heldReason: 'price_discarded' };
    expect(decisionAwaited(discarded, '30.0', limitPercent)).toBe('price_discarded');
    expect(decisionAwaited(discarded, '12.00', limitPercent)).toBeNull();
  });
});
