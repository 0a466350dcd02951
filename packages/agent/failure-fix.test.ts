import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureTable } from './failure.ts';
import { fixOf } from './failure-fix.ts';

describe('each fix names what helps', () => {
  for (const [code, names] of Object.entries({
    MachineNotAssociated: /--private-link-scope/,
    PublicNetworkAccessDisabled: /publicNetworkAccess of the scope to Enabled/,
    PrivateLinkScopeDeleted: /scope that exists/,
    AgentVersionNotSupported: /1\.4/,
    MachineKeyMismatch: /delete the resource/,
    MachineCertificateRejected: /disconnect --force-local-only/,
    MachineNotFound: /disconnect --force-local-only/,
    AuthenticationFailed: /clock/,
    ECONNRESET: /approve its connection/,
    ECONNREFUSED: /service runs/,
    ENOTFOUND: /DNS server.*inbound endpoint/,
    EAI_AGAIN: /DNS server/,
    ETIMEDOUT: /firewall/,
    EHOSTUNREACH: /route/,
    ENETUNREACH: /route/,
    CERT_HAS_EXPIRED: /clock/,
    ERR_TLS_CERT_ALTNAME_INVALID: /hosts files/,
    SELF_SIGNED_CERT_IN_CHAIN: /--cloud-profile/,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: /--cloud-profile/,
  }))
    test(code, () => {
      assert.match(fixOf(code) ?? '', names);
      assert.match(fixOf(code, true) ?? '', /uses the machine resource that is there\.$/);
    });

  test("of another cause the number's own holds, which sends nobody to a code that the message has already", () => {
    assert.equal(fixOf('SomethingElse'), undefined);
    for (const { fix } of Object.values(failureTable)) assert.doesNotMatch(fix, /^Read the code/);
  });
});
