/** Record types of DNS, as ARM writes them and as the wire carries them; names between both. */
export { isDomainName, label } from './domain-name.ts';
export {
  type Cursor,
  isWithin,
  lowerName,
  MalformedMessage,
  parentName,
  parseName,
  readName,
  type Writer,
  writeName,
} from './name.ts';
export { writeUint16, writeUint32 } from './octets.ts';
export { type RecordData, readRecordData, recordNameOf, recordText, writeRecordData } from './record-data.ts';
export { defaultTtl, mostRecords, readRecords, ttl } from './record-set.ts';
export type { WrittenRecord } from './record-type.ts';
export {
  type ArmRecordName,
  armFormOf,
  armRecordNames,
  type RecordDataOf,
  type RecordName,
  recordNames,
  recordTypes,
} from './record-types.ts';
export { initialSoa, type SoaData } from './types/soa.ts';
