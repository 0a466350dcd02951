import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readEndpointDocument } from '@tombolo/azure-documents';
import { type RecordData, readRecords, recordNames, recordText } from '@tombolo/dns-records';
import { recordSampleList, recordSamples } from '@tombolo/dns-records/record-samples.testkit';
import { type Material, type ZoneFormat, type ZoneStyle, zoneMaterial, zoneStyles } from './index.ts';
import { MaterialProblem } from './problem.ts';
import { accepts, golden, needs, run, sampleAddresses, sampleEndpoint, scratch } from './programs.testkit.ts';
import { knotd, named, nsd, startServer } from './servers.testkit.ts';

const options = { style: 'privatelink', serial: 2026112201, ttl: 300, source: 'endpoint.json' } as const;
const make = (format: ZoneFormat, style: ZoneStyle): Material =>
  zoneMaterial(format, sampleEndpoint(), { ...options, style });
const zoneFilesOf = (material: Material) =>
  material.files
    .filter(({ name }) => name.endsWith('.zone'))
    .map(({ name, content }) => ({ name, content, origin: name.slice(0, -'.zone'.length) }));
const configurationOf = (material: Material) => material.files[0]!;

/** What a server with these zones is asked and should say; names of privatelink zones where those are served. */
const answersOf = (style: ZoneStyle): ReadonlyMap<string, string> =>
  style === 'public'
    ? sampleAddresses
    : new Map([...sampleAddresses].map(([fqdn, address]) => [fqdn.replace('.', '.privatelink.'), address]));

describe('zones of an endpoint', () => {
  for (const style of zoneStyles) {
    for (const format of ['bind', 'nsd', 'knot'] as const) {
      const material = make(format, style);
      const files = zoneFilesOf(material);

      test(`${format}, ${style}: no zone is empty and none is twice`, () => {
        assert.equal(files.length, style === 'public' ? 6 : 3);
        assert.equal(new Set(files.map(({ name }) => name)).size, files.length);
        for (const { content } of files) assert.match(content, / IN A 10\./);
      });
    }

    for (const checker of ['named-checkzone', 'nsd-checkzone', 'kzonecheck'] as const) {
      test(`${checker} takes the ${style} zones`, needs(checker), () => {
        const files = zoneFilesOf(make('bind', style));
        const folder = scratch(files);
        for (const { origin, name } of files)
          accepts(checker, checker === 'kzonecheck' ? ['-o', origin, name] : [origin, name], folder);
      });
    }

    test(
      `named-checkconf takes the ${style} zones' stanzas and loads the zones`,
      needs('named-checkconf'),
      () => {
        const material = make('bind', style);
        const folder = scratch([
          ...material.files,
          {
            name: 'named.conf',
            content: `options { directory "."; };\ninclude "${configurationOf(material).name}";\n`,
          },
        ]);
        const output = accepts('named-checkconf', ['-z', 'named.conf'], folder);
        assert.equal(output.match(/loaded serial 2026112201/g)?.length, zoneFilesOf(material).length);
      },
    );

    test(`nsd-checkconf takes the ${style} zones' stanzas`, needs('nsd-checkconf'), () => {
      const folder = scratch(make('nsd', style).files);
      accepts('nsd-checkconf', ['nsd.tombolo.conf'], folder);
    });

    test(`knotc conf-check takes the ${style} zones' stanzas`, needs('knotc'), () => {
      const folder = scratch(make('knot', style).files);
      accepts('knotc', ['-c', 'knot.tombolo.conf', 'conf-check'], folder);
    });
  }

  test(
    'the checkers refuse what is broken, so that their yes says something',
    needs('named-checkzone', 'kzonecheck'),
    () => {
      const folder = scratch([{ name: 'bad.zone', content: '$ORIGIN bad.\n$TTL 1\n@ IN A 10.0.0.256\n' }]);
      for (const [program, args] of [
        ['named-checkzone', ['bad', 'bad.zone']],
        ['kzonecheck', ['-o', 'bad', 'bad.zone']],
      ] as const)
        assert.notEqual(run(program, args, folder).status, 0, program);
    },
  );

  test('R7: privatelink zones are said to hide other names, zones of exact names hide none', () => {
    const hiding = make('bind', 'privatelink').warnings.filter(({ code }) => code === 'hides-other-names');
    assert.equal(hiding.length, 3);
    assert.match(hiding[0]!.message, /NXDOMAIN for every name in it but gbl, japan-ats, je\./);
    assert.deepEqual(make('bind', 'public').warnings, []);
  });

  test('IPv6 addresses are AAAA records', needs('named-checkzone'), () => {
    const endpoint = readEndpointDocument({
      dnsConfiguration: { 'gbl.his.arc.azure.com': ['10.0.0.4', 'fd00::4'] },
    });
    const material = zoneMaterial('bind', endpoint, options);
    const [file] = zoneFilesOf(material);
    assert.match(file!.content, /gbl IN A 10\.0\.0\.4\ngbl IN AAAA fd00::4\n/);
    accepts('named-checkzone', [file!.origin, file!.name], scratch([file!]));
    const windows = zoneMaterial('windows-dns', endpoint, options).files[0]!.content;
    assert.match(windows, /Add-DnsServerResourceRecordAAAA .* -IPv6Address 'fd00::4'/);
  });

  test(
    'records of every type are read from a zone file as they were written',
    needs('kzonecheck', 'named-checkzone'),
    () => {
      const lines = recordNames.flatMap((name) => {
        if (name === 'SOA') return [];
        const data: readonly RecordData[] =
          name === 'NS'
            ? [{ kind: 'NS', target: 'localhost' }]
            : readRecords(name, recordSamples[name].properties).data;
        return data.map((entry) => `${name === 'NS' ? '@' : name} IN ${name} ${recordText(entry)}`);
      });
      const [soa] = recordSamples.SOA.texts;
      const content = ['$TTL 1', `@ IN SOA ${soa}`, ...lines, ''].join('\n');
      accepts('kzonecheck', ['-o', 'corp.example', 'corp.zone'], scratch([{ name: 'corp.zone', content }]));
      const printed = accepts(
        'named-checkzone',
        ['-D', 'corp.example', 'corp.zone'],
        scratch([{ name: 'corp.zone', content }]),
      ).replaceAll(/[ \t]+/g, ' ');
      for (const [name, { texts }] of recordSampleList)
        for (const text of texts)
          assert.ok(printed.includes(` IN ${name} ${text}\n`), `${name} ${text}\n${printed}`);
    },
  );

  test('a folder and a name server of its own are taken', needs('named-checkconf'), () => {
    const endpoint = sampleEndpoint();
    const folder = scratch();
    const material = zoneMaterial('bind', endpoint, { ...options, folder, nameServer: 'NS1.Example.' });
    assert.ok(
      configurationOf(material).content.includes(`file "${folder}/privatelink.his.arc.azure.com.zone"`),
    );
    assert.match(zoneFilesOf(material)[0]!.content, /@ IN NS ns1\.example\.\n/);
  });

  const bad: Readonly<Record<string, Partial<Parameters<typeof zoneMaterial>[2]>>> = {
    'a serial over 32 bits': { serial: 2 ** 32 },
    'a serial that is no integer': { serial: 1.5 },
    'a negative time to live': { ttl: -1 },
    'a time to live over a week': { ttl: 604_801 },
    'a name server that is no name': { nameServer: 'ns1.example. IN A 1.2.3.4' },
    'a name server within a served zone': { nameServer: 'ns.privatelink.his.arc.azure.com' },
    'a folder with a quote': { folder: '/etc/"; include "x' },
    'a folder with a line end': { folder: '/etc\n' },
  };
  for (const [name, more] of Object.entries(bad))
    test(`${name} is refused`, () =>
      assert.throws(() => zoneMaterial('bind', sampleEndpoint(), { ...options, ...more }), MaterialProblem));
});

describe('a running server answers as the zones say', () => {
  const servers = [
    { ...named, format: 'bind' },
    { ...nsd, format: 'nsd' },
    { ...knotd, format: 'knot' },
  ] as const;
  for (const server of servers) {
    test(`${server.program}`, { ...needs(server.program), timeout: 120_000 }, async (t) => {
      const folder = scratch(make(server.format, 'privatelink').files);
      const resolver = await startServer(t, server, folder, { known: 'gbl.privatelink.his.arc.azure.com' });
      for (const [name, address] of answersOf('privatelink')) {
        const answers = await resolver.resolve4(name, { ttl: true });
        assert.deepEqual(answers, [{ address, ttl: 300 }], name);
      }
      await assert.rejects(resolver.resolve4('weu.privatelink.his.arc.azure.com'), { code: 'ENOTFOUND' });
    });
  }
});

describe('Windows DNS, not executed: held to goldens', () => {
  for (const style of zoneStyles)
    test(`zones, ${style}`, () => {
      const material = make('windows-dns', style);
      const [file] = material.files;
      assert.deepEqual(material.checkedWith, []);
      assert.match(file!.content, /^# Not executed/m);
      assert.equal(file!.content, golden(`windows-dns-${style}.ps1`, file!.content));
    });
});
