package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;

/// PTX that is not well-formed, or not supported. The message has file, line and what is wrong.
public final class PtxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /// @param line of the source's text
  public PtxException(PtxSource source, int line, String trouble) {
    super("%s: %s".formatted(source.place(line), trouble));
  }
}
