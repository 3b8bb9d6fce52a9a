package cadj.kernels.record;

/// What a [Slice] of a run is.
public enum Kind {
  /// A named part of the work: `clip text`, `denoise at 501`, `backward`; inside a module of a
  /// backward pass, `recompute`.
  PHASE,
  /// A module, named by its key in the checkpoint: `down_blocks.0.attentions.0`; in a backward pass
  /// a block that keeps its own tape, or is computed again.
  MODULE,
  /// The forward pass of an operation, by PyTorch's name: `conv2d`.
  OPERATION,
  /// The backward pass of an operation.
  BACKWARD,
  /// A kernel on the device, or a call of a library there.
  LAUNCH;

  /// Whether it is a pass of an operation, in either direction.
  public boolean isOperation() {
    return switch (this) {
      case OPERATION, BACKWARD -> true;
      case PHASE, MODULE, LAUNCH -> false;
    };
  }
}
