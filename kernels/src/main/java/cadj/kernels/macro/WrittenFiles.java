package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.List;

/// Files as they were written, one after another, with lines counted from 1 over all of them.
public final class WrittenFiles {
  private final List<SourceFile> files;
  private final String text;

  /// @param text whole lines
  private record SourceFile(String name, String text, int lines) {}

  private WrittenFiles(List<SourceFile> files) {
    this.files = List.copyOf(files);
    StringBuilder all = new StringBuilder();
    files.forEach(file -> all.append(file.text));
    this.text = all.toString();
  }

  public static WrittenFiles of(String name, String text) {
    String whole = text.endsWith("\n") ? text : text + "\n";
    int lines = (int) whole.chars().filter(c -> c == '\n').count();
    return new WrittenFiles(List.of(new SourceFile(name, whole, lines)));
  }

  /// These and then `others`.
  public WrittenFiles with(WrittenFiles others) {
    List<SourceFile> all = new ArrayList<>(files);
    all.addAll(others.files);
    return new WrittenFiles(all);
  }

  public String text() {
    return text;
  }

  /// The first file's name.
  public String name() {
    return files.getFirst().name;
  }

  /// File and line, such as `math.ptx:12`, of line `line` of [#text].
  public String place(int line) {
    int left = line;
    for (SourceFile file : files.subList(0, files.size() - 1)) {
      if (left <= file.lines) {
        return file.name + ":" + left;
      }
      left -= file.lines;
    }
    return files.getLast().name + ":" + left;
  }

  MacroException trouble(int line, String words) {
    return new MacroException(place(line), words);
  }

  /// The lines of each file, without comments.
  List<List<Line>> lines() {
    List<List<Line>> lines = new ArrayList<>();
    int first = 1;
    for (SourceFile file : files) {
      lines.add(Line.withoutComments(file.text, first));
      first += file.lines;
    }
    return lines;
  }
}
