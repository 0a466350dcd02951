/** The version that the agent reports: comparable with azcmagent's, since services judge by it (R10). */
export const agentVersion = '1.67.0-tombolo.1';
