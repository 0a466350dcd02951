import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  type Material,
  readEndpointDocument,
  type ZoneFormat,
  type ZoneStyle,
  zoneMaterial,
  zoneStyles,
} from './index.ts';
import { MaterialProblem } from './problem.ts';
import {
  accepts,
  env,
  freePort,
  golden,
  needs,
  pathOf,
  run,
  sampleAddresses,
  sampleEndpoint,
  scratch,
} from './programs.testkit.ts';

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
  interface Server {
    readonly program: string;
    readonly format: ZoneFormat;
    readonly main: (included: string, folder: string, port: number) => string;
    readonly args: (config: string) => readonly string[];
  }
  const servers: readonly Server[] = [
    {
      program: 'named',
      format: 'bind',
      main: (included, folder, port) =>
        `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; };\ncontrols { };\ninclude "${folder}/${included}";\n`,
      args: (config) => ['-g', '-n', '1', '-c', config],
    },
    {
      program: 'nsd',
      format: 'nsd',
      main: (included, folder, port) =>
        `server:\n    ip-address: 127.0.0.1@${port}\n    zonesdir: "${folder}"\n    username: ""\n    chroot: ""\n    pidfile: ""\n    zonelistfile: "${folder}/zones.list"\n    xfrdfile: ""\n    database: ""\n    xfrdir: "${folder}"\nremote-control:\n    control-enable: no\ninclude: "${folder}/${included}"\n`,
      args: (config) => ['-d', '-c', config],
    },
    {
      program: 'knotd',
      format: 'knot',
      main: (included, folder, port) =>
        `server:\n    listen: 127.0.0.1@${port}\n    rundir: "${folder}"\ndatabase:\n    storage: "${folder}"\ntemplate:\n  - id: default\n    storage: "${folder}"\ninclude: "${folder}/${included}"\n`,
      args: (config) => ['-c', config],
    },
  ];

  const start = async (t: TestContext, server: Server, material: Material): Promise<Resolver> => {
    const port = await freePort();
    const folder = scratch(material.files);
    const config = join(folder, 'main.conf');
    writeFileSync(config, server.main(configurationOf(material).name, folder, port));
    const child = spawn(pathOf(server.program)!, server.args(config), {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        log += chunk;
      });
    const ended = once(child, 'exit');
    let over = false;
    ended.then(() => {
      over = true;
    });
    t.after(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    const resolver = new Resolver({ timeout: 300, tries: 1 });
    resolver.setServers([`127.0.0.1:${port}`]);
    const [name] = answersOf('privatelink').keys();
    for (let tries = 0; tries < 60; tries++) {
      if (over) throw new Error(`${server.program} ended:\n${log}`);
      try {
        await resolver.resolve4(name!);
        return resolver;
      } catch (error) {
        // No server on the port yet, or its zones are still loading.
        if (
          !['ECONNREFUSED', 'ETIMEOUT', 'ESERVFAIL', 'EREFUSED'].includes(
            (error as NodeJS.ErrnoException).code!,
          )
        )
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error(`${server.program} did not answer:\n${log}`);
  };

  for (const server of servers) {
    test(`${server.program}`, { ...needs(server.program), timeout: 30_000 }, async (t) => {
      const resolver = await start(t, server, make(server.format, 'privatelink'));
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
