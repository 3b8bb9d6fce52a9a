package cadj.cad.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A page of documentation and its blocks of code: those between fences.
///
/// @param name path within the repository
public record Page(String name, List<Block> blocks) {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String FENCE = "```";

  /// @param language what stands behind the fence
  /// @param line of its first line of code, counted from 1
  /// @param output the indented lines that follow at once: what it prints; null if there are none
  public record Block(String language, int line, List<String> code, @Nullable String output) {}

  /// The pages at the top of the repository, and those of `docs/`.
  public static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .sorted()
            .forEach(file -> pages.add(read(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pages;
  }

  private static Page read(Path file) {
    String name = ROOT.relativize(file).toString();
    try {
      return new Page(name, blocks(name, Files.readAllLines(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Block> blocks(String name, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FENCE)) {
        int start = i + 1;
        int end = start;
        while (end < lines.size() && !lines.get(end).equals(FENCE)) {
          end++;
        }
        if (end == lines.size()) {
          throw new AssertionError(name + ":" + start + ": no end of the block");
        }
        blocks.add(
            new Block(
                lines.get(i).substring(FENCE.length()).strip(),
                start + 1,
                List.copyOf(lines.subList(start, end)),
                output(lines, end + 1)));
        i = end;
      }
    }
    return blocks;
  }

  private static @Nullable String output(List<String> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).isBlank()) {
      at++;
    }
    StringBuilder out = new StringBuilder();
    for (; at < lines.size() && lines.get(at).startsWith("    "); at++) {
      out.append(lines.get(at).substring(4)).append('\n');
    }
    return out.isEmpty() ? null : out.toString();
  }

  /// The blocks in a language.
  public List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language.equals(language)).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
