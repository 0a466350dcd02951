/** Microsoft.HybridCompute: its provider, and the machine status that the status-change timer shares. */
export * from './machines/machine-status.ts';
export { hybridComputeProvider } from './manifest.ts';
