/** On a schema of a few lines: the judge must see what it is there to see. */
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { answerFaults, variableFaults } from '#test/contracts/shopify/admin-schema.ts';

const schema = buildSchema(`
  scalar Money
  scalar DateTime
  interface Node { id: ID! }
  enum State { LIVE GONE @deprecated(reason: "never was") }
  type Shirt implements Node { id: ID!, title: String!, price: Money, state: State!, madeAt: DateTime!, sizes: [Int!]! }
  type Cup implements Node { id: ID!, title: String! }
  input Wish { price: Money, state: State, colour: String @deprecated(reason: "use color") }
  type Query { node(id: ID!): Node, nodes(ids: [ID!]!): [Node]!, shirts(wishes: [Wish!]): [Shirt!]! }
`);

const text = 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id ... on Shirt { title price state madeAt sizes } } }';
const shirt = {
  id: 'gid://shopify/Shirt/1',
  title: 'Blue',
  price: '10.00',
  state: 'LIVE',
  madeAt: '2026-11-21T10:00:00Z',
  sizes: [1],
};
const faultsOf = (...nodes: unknown[]) => answerFaults(schema, text, { nodes });

describe('an answer', () => {
  test('that has what was selected, in its types, has no faults', () => {
    expect(faultsOf(shirt, { ...shirt, price: null }, null, { id: 'gid://shopify/Cup/1' })).toEqual([]);
  });

  test.each([
    ['a null where none may be', { ...shirt, title: null }, 'data.nodes.0.title: null'],
    ['a null in a list that has none', { ...shirt, sizes: [1, null] }, 'data.nodes.0.sizes.1: null'],
    ['a missing field', { id: shirt.id }, 'data.nodes.0.price: selected, but missing'],
    ['a field that was not selected', { ...shirt, vendor: 'Acme' }, 'data.nodes.0.vendor: not selected'],
    ['an amount as a number', { ...shirt, price: 10 }, 'is no Money'],
    ['an unknown value of an enum', { ...shirt, state: 'SOLD' }, 'is no State'],
    ['a moment without its time', { ...shirt, madeAt: '2026-11-21' }, 'is no DateTime'],
    ['a whole number with a fraction', { ...shirt, sizes: [1.5] }, 'is no Int'],
    ['an id that is none', { ...shirt, id: '1' }, 'is no Node'],
    ['a field of another type', { id: 'gid://shopify/Cup/1', title: 'Cup' }, 'title: not selected'],
    ['a type that is none of the interface', { id: 'gid://shopify/Hat/1' }, 'Hat is no Node'],
    ['a list in place of an object', [shirt], 'is no Node'],
  ])('with %s has a fault', (_, node, fault) => {
    expect(faultsOf(node).join('; ')).toContain(fault);
  });

  test('with no list where one is due has a fault', () => {
    expect(answerFaults(schema, text, { nodes: shirt })).toEqual(['data.nodes: no list']);
    expect(answerFaults(schema, text, {})).toEqual(['data.nodes: selected, but missing']);
  });
});

describe('variables', () => {
  const wish = 'query W($wishes: [Wish!]) { shirts(wishes: $wishes) { id } }';
  const faults = (wishes: unknown) => variableFaults(schema, wish, { wishes });

  test('that are good have no faults', () => expect(faults([{ price: '1.5', state: 'LIVE' }])).toEqual([]));

  test('that use what is deprecated have', () => {
    expect(faults([{ colour: 'red' }])).toEqual(['$wishes.0.colour is deprecated: use color']);
    expect(faults([{ state: 'GONE' }])).toEqual(['$wishes.0.state: GONE is deprecated: never was']);
  });

  test('that have not their form, or are too many, have', () => {
    expect(faults([{ price: 1.5 }])).toEqual(['$wishes.0.price: 1.5 is no Money']);
    expect(faults([{ size: 1 }])).toEqual(['$wishes.0.size: no such field']);
    expect(faults(Array.from({ length: 251 }, () => ({})))).toEqual(['$wishes: more than 250 elements']);
  });
});
