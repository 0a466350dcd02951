/** How a script for Linux reports a failure: the portal's PUT …/log, from a file and without waiting long. */

import { bashWord } from './bash-word.ts';
import type { Onboarding } from './onboarding.ts';
import { reportFields } from './report.ts';

/** The service takes messages of 4096 characters; all that is no printable ASCII becomes a space. */
export const linuxReport = (onboarding: Onboarding): string => {
  const fields = JSON.stringify(reportFields(onboarding)).slice(0, -1);
  return `json_text() { # as text within a JSON string, in $json
  local LC_ALL=C text=$1
  text=\${text:0:1500}
  text=\${text//[^ -~]/ }
  text=\${text//\\\\/\\\\\\\\}
  json=\${text//\\"/\\\\\\"}
}

report() { # message type, message
  if [ -z "$work" ]; then return 0; fi
  json_text "$2"
  printf '%s,"messageType":"%s","message":"%s"}\\n' ${bashWord(fields)} "$1" "$json" >"$work/report.json"
  if command -v curl >/dev/null 2>&1; then
    curl "\${curl_options[@]}" --max-time 20 --request PUT --header 'Content-Type: application/json' \\
      --data-binary "@$work/report.json" --output /dev/null "$origin/log" 2>/dev/null && return 0
  elif command -v wget >/dev/null 2>&1; then
    wget "\${wget_options[@]}" --method=PUT --header='Content-Type: application/json' \\
      --body-file="$work/report.json" --output-document=/dev/null "$origin/log" 2>/dev/null && return 0
  fi
  printf '       The failure could not be reported to %s/log.\\n' "$origin" >&2
}
`;
};
