# Writes the software bill of materials of a release as CycloneDX 1.6.
#
#   jq --null-input --slurpfile built <(go version -m -json FILE) --slurpfile npm package-lock.json --arg version … --arg sqlite … \
#       --from-file parts.jq
#
# Go's own list is of what the linker put into the program; npm's packages are those that are embedded, without the tools that
# only build or test.
def go_parts:
  $built[0] | [{
    type: "library", name: "std", version: .GoVersion, "bom-ref": "pkg:golang/std@\(.GoVersion)",
    purl: "pkg:golang/std@\(.GoVersion)"
  }] + [.Deps[] | (.Replace // .) | {
    type: "library", name: .Path, version: .Version, "bom-ref": "pkg:golang/\(.Path)@\(.Version)",
    purl: "pkg:golang/\(.Path)@\(.Version)"
  }];

def npm_parts:
  [$npm[0].packages | to_entries[] | select(.key != "" and (.value.dev | not)) | (.key | sub("^.*node_modules/"; "")) as $name | {
    type: "library", name: $name, version: .value.version, "bom-ref": "pkg:npm/\($name | sub("^@"; "%40"))@\(.value.version)",
    purl: "pkg:npm/\($name | sub("^@"; "%40"))@\(.value.version)", licenses: [{expression: .value.license}]
  }];

{
  bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
  metadata: {component: {
    type: "application", name: "timeline", version: $version, "bom-ref": "timeline", licenses: [{license: {id: "MIT"}}]
  }},
  components: (go_parts + [{
    type: "library", name: "SQLite", version: $sqlite, "bom-ref": "sqlite", licenses: [{license: {name: "public domain"}}]
  }] + npm_parts | sort_by(."bom-ref"))
}
