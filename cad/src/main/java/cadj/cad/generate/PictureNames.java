package cadj.cad.generate;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;

/// Names of picture files.
///
/// With `--out FILE.png`: that file; several are `FILE-1.png`, `FILE-2.png`, … In a folder: a row's
/// number and the beginning of its prompt, `0001-a-photo-of-a-bag.png`; with several pictures per
/// row `0001-2-a-photo-of-a-bag.png`; a row with a `case_number` has `<case_number>_<k>.png`, k
/// from 0, which is what evaluation scripts look for.
///
/// Names are ASCII, so that every locale and file system can hold them, and do not depend on which
/// of the rows are drawn.
///
/// @param rows how many the whole list has
/// @param count pictures per row
public record PictureNames(Path out, int rows, int count) {
  private static final int SLUG = 60;
  private static final int LEAST_DIGITS = 4;

  /// The file of a row's `k`-th picture, counted from 0.
  Path file(PromptRow row, int k) {
    String name = String.valueOf(out.getFileName());
    if (name.toLowerCase(Locale.ROOT).endsWith(".png")) {
      long number = (long) (row.number() - 1) * count + k + 1;
      return (long) rows * count == 1
          ? out
          : out.resolveSibling(name.substring(0, name.length() - 4) + "-" + number + ".png");
    }
    if (row.name() != null) {
      return out.resolve("%s_%d.png".formatted(row.name(), k));
    }
    int digits = Math.max(LEAST_DIGITS, String.valueOf(rows).length());
    String slug = slug(row.prompt());
    return out.resolve(
        String.format(Locale.ROOT, "%0" + digits + "d", row.number())
            + (count == 1 ? "" : "-" + (k + 1))
            + (slug.isEmpty() ? "" : "-" + slug)
            + ".png");
  }

  /// Letters without their accents and digits, in lower case, with `-` for all between them.
  public static String slug(String prompt) {
    String plain =
        Normalizer.normalize(prompt, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    return plain.substring(0, Math.min(SLUG, plain.length())).replaceAll("^-|-$", "");
  }
}
