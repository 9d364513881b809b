import { present } from '#base/assert.ts';
import { belongsToVariant, type HeaderColumn, type ProductField, type ProductHeader } from '#catalog/csv/csv-columns.ts';
import { csvIssue, type ReportIssue } from '#catalog/csv/csv-issues.ts';
import { type CsvProduct, type CsvVariant, csvLimits, defaultOption, type WeightUnit } from '#catalog/csv/csv-product.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';
import type { CsvRow } from '#catalog/csv/read-table.ts';
import { RowReader } from '#catalog/csv/row-reader.ts';

type Row = RowReader<ProductField>;

const optionFields = [
  { name: 'option1Name', value: 'option1Value' },
  { name: 'option2Name', value: 'option2Value' },
  { name: 'option3Name', value: 'option3Value' },
] as const;

/** Stand on a product's first line; repeated on later lines (many tools do) they must say the same. */
const productLevel = [
  ...(['title', 'bodyHtml', 'vendor', 'category', 'type', 'tags', 'published', 'status', 'giftCard'] as const),
  ...(['seoTitle', 'seoDescription', 'option1Name', 'option2Name', 'option3Name'] as const),
];

/** A value here means a variant. The other variant columns are defaults that tools write on image lines too. */
const variantSigns = ['sku', 'quantity', 'price', 'compareAtPrice', 'barcode', 'costPerItem', 'variantImage'] as const;

const statuses = { active: 'active', draft: 'draft', archived: 'archived' } as const;
const policies = { deny: 'deny', continue: 'continue', false: 'deny', true: 'continue', no: 'deny', yes: 'continue' } as const;
const weightUnits: Readonly<Record<string, WeightUnit>> = { g: 'g', kg: 'kg', lb: 'lb', oz: 'oz' };

interface Draft {
  product: CsvProduct;
  first: Row;
  lineByVariant: Map<string, number>;
  overfull: Set<string>;
}

/** Makes products of rows, in the file's order. It keeps one product and every handle seen. */
export class ProductAssembler {
  readonly #header: ProductHeader;
  readonly #report: ReportIssue;
  readonly #lineByHandle = new Map<string, number>();
  #draft: Draft | null = null;

  constructor(header: ProductHeader, report: ReportIssue) {
    this.#header = header;
    this.#report = report;
  }

  /** Takes the next row; returns the product that the row shows to be finished. */
  take(source: CsvRow): CsvProduct | null {
    this.#reportMisplaced(source);
    const row: Row = new RowReader(source, this.#header.fields, this.#report);
    const handle = row.name('handle');
    if (handle === '') {
      if (row.isBlank('handle')) row.issue('handle', 'handle_missing');
      return null;
    }
    if (this.#draft !== null && this.#draft.product.handle === handle) {
      this.#continueProduct(this.#draft, row, source);
      return null;
    }
    const finished = this.finish();
    const usedFrom = this.#lineByHandle.get(handle);
    if (usedFrom !== undefined) row.issue('handle', 'handle_repeated', { handle, line: usedFrom });
    else this.#lineByHandle.set(handle, row.line);
    this.#draft = this.#beginProduct(handle, row, source);
    return finished;
  }

  /** The last product, when the rows have ended. */
  finish(): CsvProduct | null {
    const product = this.#draft?.product ?? null;
    this.#draft = null;
    if (product !== null && isDefaultOnly(product)) {
      product.optionNames = [];
      present(product.variants[0], 'first variant').optionValues = [];
    }
    return product;
  }

  #reportMisplaced(row: CsvRow): void {
    const filled = (column: HeaderColumn): boolean => (row.cells[column.index] ?? '').trim() !== '';
    for (const column of this.#header.unnamed.filter(filled)) {
      this.#report(csvIssue(row.line, `column ${column.index + 1}`, 'column_unnamed'));
    }
    for (const column of this.#header.excessOptions.filter(filled)) {
      this.#report(csvIssue(row.line, column.name, 'options_too_many', { limit: csvLimits.options }));
    }
  }

  #beginProduct(handle: string, row: Row, source: CsvRow): Draft {
    if (row.isBlank('title')) row.issue('title', 'title_missing');
    const extras = this.#extrasOf(source);
    const product: CsvProduct = {
      line: row.line,
      handle,
      title: row.text('title'),
      bodyHtml: row.raw('bodyHtml'),
      vendor: row.text('vendor'),
      type: row.text('type'),
      tags: readTags(row),
      published: row.boolean('published', { blank: true, absent: true }),
      status: row.choice('status', statuses, 'active'),
      optionNames: readOptionNames(row),
      seoTitle: row.raw('seoTitle'),
      seoDescription: row.raw('seoDescription'),
      giftCard: row.boolean('giftCard', { blank: false, absent: false }),
      category: row.raw('category'),
      images: [],
      variants: [],
      extra: Object.fromEntries(extras.filter(([name]) => !belongsToVariant(name))),
    };
    const draft: Draft = { product, first: row, lineByVariant: new Map(), overfull: new Set() };
    this.#addVariant(draft, row, Object.fromEntries(extras.filter(([name]) => belongsToVariant(name))));
    addImage(draft, row);
    return draft;
  }

  #continueProduct(draft: Draft, row: Row, source: CsvRow): void {
    for (const field of productLevel) {
      if (!row.isBlank(field) && row.raw(field) !== draft.first.raw(field)) {
        row.issue(field, 'differs_from_first', { line: draft.product.line });
      }
    }
    const extras = this.#extrasOf(source);
    const hasImage = addImage(draft, row);
    if (optionFields.some(({ value }) => !row.isBlank(value))) this.#addVariant(draft, row, Object.fromEntries(extras));
    else if (variantSigns.some((field) => !row.isBlank(field))) reportMissingOption(draft, row);
    else if (!hasImage) row.issue(null, 'row_says_nothing');
    else this.#reportStrayExtras(draft, row, extras);
  }

  #addVariant(draft: Draft, row: Row, extra: Record<string, string>): void {
    const { product } = draft;
    const optionValues = readOptionValues(product.optionNames, row);
    if (product.variants.length > 0 && product.optionNames.length === 0) {
      reportMissingOption(draft, row);
      return;
    }
    const key = JSON.stringify(optionValues);
    const twin = draft.lineByVariant.get(key);
    if (twin !== undefined) row.issue('option1Value', 'variant_repeated', { variant: optionValues.join(' / '), line: twin });
    else draft.lineByVariant.set(key, row.line);
    const variant = readVariant(row, optionValues, extra);
    if (product.variants.length < csvLimits.variants) product.variants.push(variant);
    else reportOnce(draft, row, 'variants_too_many', csvLimits.variants);
  }

  #extrasOf(source: CsvRow): [string, string][] {
    return this.#header.extras
      .map(({ name, index }): [string, string] => [name, restoreCell(source.cells[index] ?? '')])
      .filter(([, value]) => value.trim() !== '');
  }

  #reportStrayExtras(draft: Draft, row: Row, extras: readonly [string, string][]): void {
    for (const [name, value] of extras) {
      if (draft.product.extra[name] !== value) this.#report(csvIssue(row.line, name, 'value_without_variant'));
    }
  }
}

function isDefaultOnly(product: CsvProduct): boolean {
  const [variant, ...others] = product.variants;
  if (product.optionNames.length !== 1 || product.optionNames[0] !== defaultOption.name || others.length > 0) return false;
  return variant?.optionValues[0] === defaultOption.value;
}

function readTags(row: Row): string[] {
  const tags = new Set<string>();
  for (const tag of row.raw('tags').split(',')) if (tag.trim() !== '') tags.add(tag.trim());
  if (tags.size > csvLimits.tags) row.issue('tags', 'tags_too_many', { limit: csvLimits.tags, found: tags.size });
  for (const tag of tags) {
    const length = [...tag].length;
    if (length > csvLimits.textLength) row.issue('tags', 'text_too_long', { limit: csvLimits.textLength, length });
  }
  return [...tags];
}

/** Names of the options in use: a later one without an earlier one is a mistake. */
function readOptionNames(row: Row): string[] {
  const names: string[] = [];
  for (const [i, field] of optionFields.entries()) {
    const name = row.name(field.name);
    if (name === '') continue;
    if (names.length < i) row.issue(optionFields[names.length]?.name ?? field.name, 'option_name_missing');
    names.push(name);
  }
  return names;
}

function readOptionValues(names: readonly string[], row: Row): string[] {
  const values: string[] = [];
  for (const [i, field] of optionFields.entries()) {
    const name = names[i];
    const value = row.name(field.value);
    if (name !== undefined) {
      if (row.isBlank(field.value)) row.issue(field.value, 'option_value_missing', { option: name });
      values.push(value);
    } else if (value !== '' && !(i === 0 && value === defaultOption.value)) row.issue(field.name, 'option_name_missing');
  }
  return values;
}

function reportMissingOption(draft: Draft, row: Row): void {
  const option = draft.product.optionNames[0];
  if (option === undefined) row.issue(null, 'variant_without_option');
  else row.issue('option1Value', 'option_value_missing', { option });
}

/** A product of 100,000 variants has one problem, not 97,952. */
function reportOnce(draft: Draft, row: Row, code: 'variants_too_many' | 'images_too_many', limit: number): void {
  if (!draft.overfull.has(code)) row.issue(null, code, { limit });
  draft.overfull.add(code);
}

function readVariant(row: Row, optionValues: string[], extra: Record<string, string>): CsvVariant {
  return {
    line: row.line,
    optionValues,
    sku: row.name('sku'),
    grams: row.grams('grams'),
    weightUnit: row.choice('weightUnit', weightUnits, ''),
    tracker: row.name('tracker'),
    quantity: row.quantity('quantity'),
    policy: row.choice('policy', policies, 'deny'),
    fulfillmentService: row.name('fulfillmentService'),
    price: row.amount('price'),
    compareAtPrice: row.amount('compareAtPrice'),
    // Shopify reads a blank here as FALSE; a file without the column says nothing, and goods are shipped and taxed.
    requiresShipping: row.boolean('requiresShipping', { blank: false, absent: true }),
    taxable: row.boolean('taxable', { blank: false, absent: true }),
    barcode: row.longNumber('barcode'),
    imageSrc: row.url('variantImage'),
    taxCode: row.name('taxCode'),
    costPerItem: row.amount('costPerItem'),
    extra,
  };
}

/** Adds the row's image, if it has one. The same image written on several lines (many tools do) counts once. */
function addImage(draft: Draft, row: Row): boolean {
  const { images } = draft.product;
  const position = row.position('imagePosition');
  const alt = row.text('imageAlt', csvLimits.altLength);
  if (row.isBlank('imageSrc')) {
    for (const field of ['imagePosition', 'imageAlt'] as const) if (!row.isBlank(field)) row.issue(field, 'image_url_missing');
    return false;
  }
  const src = row.url('imageSrc');
  if (src === '') return true;
  const twin = images.find((image) => image.src === src && (position ?? image.position) === image.position);
  if (twin !== undefined && (alt === '' || alt === twin.alt)) return true;
  if (images.length < csvLimits.images) images.push({ src, position: position ?? images.length + 1, alt });
  else reportOnce(draft, row, 'images_too_many', csvLimits.images);
  return true;
}
