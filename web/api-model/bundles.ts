/** What the API answers about variants that are made of others. See api-model.ts. */

export interface Component {
  variantId: string;
  /** Of the component in one of the bundle. */
  units: number;
  productId: string;
  title: string;
  variantTitle: string;
  sku: string;
  /** Null while it is not counted. */
  available: number | null;
}

export interface Bundle {
  /** How many can be sold; null when the variant is no bundle. */
  available: number | null;
  components: Component[];
}

/** A bundle that a variant is part of. */
export interface PartOfBundle extends Component {
  available: number;
}
