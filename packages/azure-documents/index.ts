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
export { type EndpointDns, type EndpointName, endpointDns, type NamedAddresses } from './endpoint.ts';
export { type EndpointOptions, readEndpointDocument } from './endpoint-document.ts';
export { foundDocuments, wantedDocuments } from './found-documents.ts';
export { isHostName, privateLinkSuffixes } from './host-name.ts';
export { describe, type Found, type Kind, kinds, printedBy } from './kind.ts';
export { DocumentProblem, type DocumentProblemCode, type DocumentWarning, shown } from './problem.ts';
export { readSecurityGroupDocument, type SecurityGroupBody } from './security-group.ts';
export { requireServiceTags, serviceTagListForm } from './service-tag-list.ts';
