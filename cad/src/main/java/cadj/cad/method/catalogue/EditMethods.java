package cadj.cad.method.catalogue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.closedform.Rece;
import cadj.cad.method.closedform.Uce;
import cadj.cad.method.closedform.UceAllTokens;
import cadj.cad.method.textmask.Ladder;
import cadj.cad.method.textmask.TextDoses;
import cadj.cad.method.textmask.TextMask;
import java.util.List;
import java.util.stream.Collectors;

/// The catalogue of methods, each with its published or recommended settings.
public final class EditMethods {
  public static final List<EditMethod> ALL =
      List.of(
          Uce.PUBLISHED,
          UceAllTokens.RECOMMENDED,
          Rece.PUBLISHED,
          TextDoses.RECOMMENDED,
          TextMask.RECOMMENDED,
          Ladder.RECOMMENDED);

  private EditMethods() {}

  /// The method of that name.
  ///
  /// @throws IllegalArgumentException that lists those there are
  public static EditMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method: expected one of %s, got %s".formatted(names(), name)));
  }

  /// All names, for messages.
  public static String names() {
    return ALL.stream().map(EditMethod::name).collect(Collectors.joining(", "));
  }
}
