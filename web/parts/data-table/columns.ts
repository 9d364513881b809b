import {
  type ColumnDef,
  columnVisibilityFeature,
  metaHelper,
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
} from '@tanstack/react-table';

interface ColumnMeta {
  /** Spoken and shown in the column choice when the header is not a text. */
  name?: string;
  /** CSS width; without one the column takes its share of what is left. */
  width?: string;
  figures?: boolean;
  /** Stays in sight when the table scrolls sideways. Only the first column. */
  pinned?: boolean;
  /** Left out until the person chooses it. */
  hidden?: boolean;
  /** The API's sort values; either may be missing. */
  sort?: { up?: string; down?: string };
}

export const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, columnMeta: metaHelper<ColumnMeta>() });
export type Features = typeof features;
export type Column<T extends RowData> = ColumnDef<Features, T, unknown>;
export type Selection = RowSelectionState;

export interface Sorting {
  value: string | undefined;
  onChange: (value: string) => void;
}
