# SPDX-License-Identifier: BSD-2-Clause
# nix build path:.?dir=contrib/nix, in a checkout; nix run for the program itself.
{
  description = "Decode, compute and verify the VMClock page of a virtual machine";

  outputs = { self, nixpkgs }:
    let
      # 128-bit integers; the live counter is that of the first two.
      systems = [ "x86_64-linux" "aarch64-linux" "riscv64-linux" "s390x-linux" ];
      each = nixpkgs.lib.genAttrs systems;
      package = pkgs: pkgs.stdenv.mkDerivation {
        pname = "vmclockctl";
        version = "0.1.0";
        src = ../..;
        nativeBuildInputs = with pkgs; [ meson ninja pkg-config ];
        buildInputs = [ pkgs.jansson pkgs.zlib ];
        doInstallCheck = true;
        installCheckPhase = ''
          $out/bin/vmclockctl verify --quiet ../fixtures/recordings/steady.jsonl
        '';
        meta = {
          license = nixpkgs.lib.licenses.bsd2;
          mainProgram = "vmclockctl";
        };
      };
    in
    {
      packages = each (system: {
        default = package nixpkgs.legacyPackages.${system};
        static = package nixpkgs.legacyPackages.${system}.pkgsStatic;
      });
    };
}
