import { idKey, nodesKey } from '#connectors/shopify/sandbox/bulk-query.ts';

type Row = Record<string, unknown>;

/** Lines of a slice by nesting level: what was nested in a connection becomes a line of its own with `__parentId`. */
export interface Lines {
  levels: string[][];
  count: number;
}

/**
 * Writes the nodes of one slice as JSONL. The parent of a line is the nearest node that has a line of its own: the levels
 * of a variant's inventory item point at the variant. With `grouped` children follow their parent; without, all parents of
 * the slice come first, then their children, and among these no order is promised.
 */
export function writeLines(nodes: readonly unknown[], grouped: boolean): Lines {
  const lines: Lines = { levels: [], count: 0 };
  for (const node of nodes) writeNode(node, null, 0, grouped, lines);
  if (!grouped) for (const level of lines.levels.slice(1)) interleave(level);
  return lines;
}

function writeNode(node: unknown, parentId: unknown, depth: number, grouped: boolean, lines: Lines): void {
  if (!isRow(node)) return;
  const children: unknown[] = [];
  const row = stripConnections(node, children);
  const id = node[idKey];
  const level = grouped ? 0 : depth;
  lines.levels[level] ??= [];
  lines.levels[level].push(JSON.stringify(parentId === null ? row : { ...row, __parentId: parentId }));
  lines.count += 1;
  for (const child of children) writeNode(child, id, depth + 1, grouped, lines);
}

/** The row without its connections, whose nodes are added to `children`. */
function stripConnections(value: Row, children: unknown[]): Row {
  const row: Row = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === idKey) continue;
    if (isRow(inner) && Array.isArray(inner[nodesKey])) children.push(...inner[nodesKey]);
    else row[key] = strip(inner, children);
  }
  return row;
}

function strip(value: unknown, children: unknown[]): unknown {
  if (Array.isArray(value)) return value.map((member) => strip(member, children));
  return isRow(value) ? stripConnections(value, children) : value;
}

/** The second half between the first: children of one parent do not stand together. */
function interleave(lines: string[]): void {
  const half = Math.ceil(lines.length / 2);
  const mixed = Array.from({ length: half }, (_, index) => [lines[index], lines[half + index]])
    .flat()
    .filter((line) => line !== undefined);
  lines.splice(0, lines.length, ...mixed);
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
