/** How a script for Linux hands over who signs in: from a file into a file, never in an argument list. */

import { bashWord } from './bash-word.ts';
import type { Authentication } from './onboarding.ts';

interface LinuxCredentials {
  /** Of `connect`. */
  readonly argumentLines: readonly string[];
  /** Defines `prepare_credentials`. */
  readonly prepare?: string;
}

/** Both agents read options from `--config`; its names are the flags'. */
const fromFile = (what: string, file: string, format: string): string => `credential_file=${bashWord(file)}

prepare_credentials() { # ${what}: from its file, else typed
  local secret='' LC_ALL=C
  if [ -r "$credential_file" ]; then
    secret=$(cat -- "$credential_file")
  elif [ -t 0 ]; then
    printf '%s: ' ${bashWord(what)}
    IFS= read -rs secret
    printf '\\n'
  fi
  secret=\${secret%$'\\r'}
  case $secret in
    '' | *[!\\ -~]*)
      fail 19 NoCredentials "There is no ${what} in $credential_file." \\
        'Put it there alone, readable for root only (chmod 600), and run this again.'
      ;;
  esac
  secret=\${secret//\\\\/\\\\\\\\}
  secret=\${secret//\\"/\\\\\\"}
  printf ${bashWord(format)} "$secret" >"$work/credentials.json"
}
`;

export const linuxCredentials = (authentication: Authentication): LinuxCredentials => {
  switch (authentication.kind) {
    case 'interactive':
      return { argumentLines: [] };
    case 'device-code':
      return { argumentLines: ['--use-device-code'] };
    case 'token':
      return {
        argumentLines: ['--config "$work/credentials.json"'],
        prepare: fromFile('access token', authentication.file, '{"access-token":"%s"}\\n'),
      };
    case 'secret':
      return {
        argumentLines: [
          `--service-principal-id ${bashWord(authentication.clientId)}`,
          '--config "$work/credentials.json"',
        ],
        prepare: fromFile('client secret', authentication.file, '{"service-principal-secret":"%s"}\\n'),
      };
    case 'certificate':
      return {
        argumentLines: [
          `--service-principal-id ${bashWord(authentication.clientId)}`,
          `--service-principal-cert ${bashWord(authentication.file)}`,
        ],
        prepare: `prepare_credentials() {
  if [ -r ${bashWord(authentication.file)} ]; then return 0; fi
  fail 19 NoCredentials "The certificate cannot be read: "${bashWord(authentication.file)} 'Put it there, readable for root only, and run this again.'
}
`,
      };
  }
};
