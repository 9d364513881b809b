/** "Linen Napkin / Sage"; the title alone where there is one variant. */
export const variantName = (productTitle: string, variantTitle: string): string =>
  variantTitle === '' || variantTitle === 'Default Title' ? productTitle : `${productTitle} / ${variantTitle}`;

export const itemName = ({ productTitle, variantTitle }: { productTitle: string; variantTitle: string }): string =>
  variantName(productTitle, variantTitle);
