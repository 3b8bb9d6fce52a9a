package cadj.kernels.device;

import cadj.kernels.macro.PlainText;
import cadj.kernels.macro.WrittenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Kernels as text. A room's own file, the resource beside one of its classes, is a template in the
/// macro language of `cadj.kernels.macro`, from which plain PTX is made; anybody else's is plain
/// PTX.
///
/// Lines of the plain text are what drivers, compilers and the parser count; people look for them
/// where they were written ([#place]).
public final class PtxSource {
  private final WrittenFiles files;
  private final boolean isTemplate;
  private final SortedMap<String, String> settings;
  private final String name;
  private final Map<Map.Entry<String, String>, PtxSource> others = new ConcurrentHashMap<>();
  private @Nullable PlainText plain;

  private PtxSource(WrittenFiles files, boolean isTemplate, SortedMap<String, String> settings) {
    this.files = files;
    this.isTemplate = isTemplate;
    this.settings = Collections.unmodifiableSortedMap(settings);
    String set = settings.toString().replace('{', '[').replace('}', ']').replace(" ", "");
    this.name = settings.isEmpty() ? files.name() : files.name() + set;
  }

  /// The template `name` beside a class of the room.
  public static PtxSource beside(Class<?> room, String name) {
    try (InputStream in = room.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no %s beside %s".formatted(name, room.getName()));
      }
      return template(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /// A template that is no resource.
  public static PtxSource template(String name, String text) {
    return new PtxSource(WrittenFiles.of(name, text), true, new TreeMap<>());
  }

  /// Plain PTX.
  public static PtxSource of(String name, String text) {
    return new PtxSource(WrittenFiles.of(name, text), false, new TreeMap<>());
  }

  /// This file and then `library`, whose functions and macros this file uses. Together they are a
  /// template if one of them is.
  public PtxSource with(PtxSource library) {
    SortedMap<String, String> all = new TreeMap<>(settings);
    library.settings.forEach(
        (name, value) -> {
          String before = all.putIfAbsent(name, value);
          if (before != null && !before.equals(value)) {
            throw new IllegalArgumentException(
                "%s is %s in %s, and %s in %s"
                    .formatted(name, before, name(), value, library.name()));
          }
        });
    return new PtxSource(files.with(library.files), isTemplate || library.isTemplate, all);
  }

  /// The template with another value for what it has as `.default $name`; the same each time.
  ///
  /// @param value a word, such as `f16`, or an integer
  public PtxSource set(String name, String value) {
    if (!isTemplate) {
      throw new IllegalStateException(files.name() + " is no template");
    }
    return others.computeIfAbsent(
        Map.entry(name, value),
        it -> {
          SortedMap<String, String> all = new TreeMap<>(settings);
          all.put(name, value);
          return new PtxSource(files, true, all);
        });
  }

  /// What [#set] has set.
  public SortedMap<String, String> settings() {
    return settings;
  }

  /// The first file's name, with its settings: `groupnorm.ptx`, `gemm.ptx[stored=f16]`.
  public String name() {
    return name;
  }

  /// Plain PTX.
  ///
  /// @throws cadj.kernels.macro.MacroException if the template is not well-formed
  public String text() {
    return isTemplate ? plain().text() : files.text();
  }

  private synchronized PlainText plain() {
    if (plain == null) {
      plain = PlainText.of(files, settings);
    }
    return plain;
  }

  /// All files as they were written, one after another.
  public String written() {
    return files.text();
  }

  /// The line of [#written] that line `line` of [#text] was made of; both from 1.
  public int writtenLine(int line) {
    return isTemplate ? plain().written(line) : line;
  }

  /// File and line, such as `math.ptx:12`, of line `line` of [#written].
  public String writtenPlace(int line) {
    return files.place(line);
  }

  /// File and line where line `line` of [#text] was written.
  public String place(int line) {
    return writtenPlace(writtenLine(line));
  }
}
