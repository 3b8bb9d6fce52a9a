package cadj.kernels.emulator;

import cadj.kernels.device.PtxSource;
import java.util.Map;

/// A mistake to be made in a shipped kernel.
///
/// @param name what it is
/// @param trial that should find it
/// @param file of the kernel, with its settings
/// @param after text, the first of its kind, after which to look
/// @param right what stands there
/// @param wrong what is to stand there instead
/// @param caught part of the message, or `wrong result`, or `nothing` if it goes unseen
record SeededBug(
    String name,
    Trial trial,
    String file,
    String after,
    String right,
    String wrong,
    String caught) {
  PtxSource in(PtxSource source) {
    if (!source.name().equals(file)) {
      return source;
    }
    String text = source.written();
    int from = text.indexOf(after);
    int at = from < 0 ? -1 : text.indexOf(right, from);
    if (at < 0) {
      throw new IllegalStateException("%s: no '%s' in %s".formatted(name, right, file));
    }
    PtxSource changed =
        PtxSource.template(
            file.replaceFirst("\\[.*", ""),
            text.substring(0, at) + wrong + text.substring(at + right.length()));
    for (Map.Entry<String, String> setting : source.settings().entrySet()) {
      changed = changed.set(setting.getKey(), setting.getValue());
    }
    return changed;
  }

  @Override
  public String toString() {
    return file + ": " + name;
  }
}
