/** The one reader of what az, the REST API, PowerShell, exports and the portal print. */
export { readAddress } from './address.ts';
export {
  type DocumentBounds,
  decodeDocument,
  documentBounds,
  parseDocument,
  parseDocumentText,
  requireSize,
} from './document-text.ts';
export type { EndpointDns } from './endpoint.ts';
export { type EndpointOptions, readEndpointDocument } from './endpoint-document.ts';
export { isSafeHostName, privateLinkSuffixes } from './host-name.ts';
export { type Kind, kinds, printedBy } from './kind.ts';
export { DocumentProblem, type DocumentWarning } from './problem.ts';
export { readSecurityGroupDocument } from './security-group.ts';
export { requireServiceTags, serviceTagListForm } from './service-tag-list.ts';
