package cadj.kernels.ptx;

import cadj.kernels.ptx.PtxModule.SourceLine;
import cadj.kernels.ptx.Token.Kind;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Collects `.file` and `.loc`: which line of another language's file each line of PTX was made of.
///
/// Code that was inlined from another file (a header) counts for the line that called it, as far
/// out as to the file that the function itself stands in.
final class SourceLines {
  private static final SourceLine NONE = new SourceLine("", 0);
  private static final int DEEPEST_INLINING = 64;

  private final TokenReader tokens;
  private final Map<Integer, String> files = new HashMap<>();
  private final NavigableMap<Integer, Position> positions = new TreeMap<>();
  private final Map<Position, Position> callers = new HashMap<>();
  private int ownFile;

  SourceLines(TokenReader tokens) {
    this.tokens = tokens;
  }

  private record Position(int file, int line, int column) {}

  /// A function begins on this line of PTX: what came before is no longer said.
  void function(int line) {
    positions.put(line, new Position(0, 0, 0));
    callers.clear();
    ownFile = 0;
  }

  /// After `.file`: `1 "saxpy.cu"`, perhaps with time and size.
  void file() {
    int number = (int) tokens.expectWhole("a file's number", 0, Integer.MAX_VALUE);
    String name = tokens.expect(Kind.STRING, "a file's name").text();
    files.put(number, name.substring(1, name.length() - 1));
    while (tokens.take(",")) {
      tokens.expectWhole("a time or size", 0, Long.MAX_VALUE);
    }
  }

  /// After `.loc`: `1 12 5`, perhaps with `, function_name NAME, inlined_at 1 30 7`.
  void place(Token directive) {
    Position here = position();
    if (ownFile == 0) {
      ownFile = here.file;
    }
    if (tokens.take(",")) {
      tokens.expect("function_name");
      tokens.expect(Kind.NAME, "the label of a function's name");
      if (tokens.take("+")) {
        tokens.expectWhole("an offset", 0, Integer.MAX_VALUE);
      }
      tokens.expect(",");
      tokens.expect("inlined_at");
      callers.put(here, position());
    }
    positions.put(directive.line(), caller(here));
  }

  private Position position() {
    int file = (int) tokens.expectWhole("a file's number", 0, Integer.MAX_VALUE);
    int line = (int) tokens.expectWhole("a line", 0, Integer.MAX_VALUE);
    int column = (int) tokens.expectWhole("a column", 0, Integer.MAX_VALUE);
    return new Position(file, line, column);
  }

  /// `here`, or the nearest place it is called from in the function's own file.
  private Position caller(Position here) {
    Position at = here;
    for (int depth = 0; at.file != ownFile && depth < DEEPEST_INLINING; depth++) {
      @Nullable Position outer = callers.get(at);
      if (outer == null) {
        return at;
      }
      at = outer;
    }
    return at;
  }

  /// By line of PTX that they begin to hold on, an empty name where nothing is known.
  NavigableMap<Integer, SourceLine> lines() {
    NavigableMap<Integer, SourceLine> lines = new TreeMap<>();
    positions.forEach(
        (line, it) -> {
          String file = files.get(it.file);
          lines.put(line, file == null || it.line == 0 ? NONE : new SourceLine(file, it.line));
        });
    return Collections.unmodifiableNavigableMap(lines);
  }
}
