/** What the API answers to "why is this 7?". See api-model.ts. */

/** One rung of "why is this 7?": what happened (a code), and the figure after it. */
export interface ExplainStep {
  code: string;
  amount: string;
  parameters: Record<string, string | number>;
}

export interface WantedFigure {
  result: string | null;
  heldReason: string | null;
  pushed: {
    value: string | null;
    appliedAt: string | null;
    readAt: string | null;
    remote: string | null;
    knowledge: string;
  } | null;
}

export interface ExplainedFigure extends WantedFigure {
  steps: ExplainStep[];
}

/** What one of the platform's locations is to show. */
export interface ExplainedPlace extends WantedFigure {
  id: string;
  /** As the platform calls it; '' where it has no locations. */
  name: string;
  /** The names of those of ours that are shown there. */
  locations: string[];
  /** The store counts it: no rule stands between. */
  isOwned: boolean;
}

export interface ExplainedQuantity extends ExplainedFigure {
  places: ExplainedPlace[];
}

export interface Explanation {
  quantity: ExplainedQuantity;
  price: ExplainedFigure;
  documents: {
    storeId: string;
    productId: string | null;
    variantId: string | null;
    priceRule: 'listing' | 'store' | 'organization' | 'none';
    stockRule: 'listing' | 'store' | 'organization' | 'none';
  };
}
