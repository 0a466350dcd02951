/** Microsoft.HybridCompute: its provider. */
export { hybridComputeProvider } from './manifest.ts';
