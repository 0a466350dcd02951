/** Where in a body something stands, as Azure's messages write it: `properties.subnets[0].name`. */

export const jsonPath = (steps: readonly string[]): string =>
  steps
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
