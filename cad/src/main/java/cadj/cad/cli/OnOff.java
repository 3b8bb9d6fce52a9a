package cadj.cad.cli;

/// A setting that PyTorch has on or off.
enum OnOff {
  ON,
  OFF
}
