/** The name in the certificate that signs a bundle: no server answers to it, so that no other certificate will do. */
export const bundleSignerName = 'onboarding-bundle.invalid';
