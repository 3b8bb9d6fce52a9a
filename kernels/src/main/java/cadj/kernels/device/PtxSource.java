package cadj.kernels.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A room's kernels as text: the file `name` beside a class of the room, and after it the functions
/// it declares but leaves to others, such as `exp_f32`.
public final class PtxSource {
  private final List<Part> parts;

  private PtxSource(List<Part> parts) {
    this.parts = parts;
  }

  public static PtxSource beside(Class<?> room, String name) {
    try (InputStream in = room.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no %s beside %s".formatted(name, room.getName()));
      }
      return of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /// A file that is no resource.
  public static PtxSource of(String name, String text) {
    return new PtxSource(List.of(new Part(name, text.endsWith("\n") ? text : text + "\n")));
  }

  /// This file and then `library`, whose functions this file must declare before their use: `.func
  /// (.reg .f32 %y) exp_f32 (.reg .f32 %x);`
  public PtxSource with(PtxSource library) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(library.parts);
    return new PtxSource(all);
  }

  /// The first file's name, such as `groupnorm.ptx`.
  public String name() {
    return parts.getFirst().name;
  }

  /// All files, one after another.
  public String text() {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.text));
    return text.toString();
  }

  /// File and line, such as `math.ptx:12`, of line `line` (from 1) of [#text].
  public String place(int line) {
    int left = line;
    for (Part part : parts.subList(0, parts.size() - 1)) {
      int lines = (int) part.text.chars().filter(c -> c == '\n').count();
      if (left <= lines) {
        return part.name + ":" + left;
      }
      left -= lines;
    }
    return parts.getLast().name + ":" + left;
  }

  private record Part(String name, String text) {}
}
