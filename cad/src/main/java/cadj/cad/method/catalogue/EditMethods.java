package cadj.cad.method.catalogue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.closedform.Rece;
import cadj.cad.method.closedform.Uce;
import cadj.cad.method.closedform.UceAllTokens;
import cadj.cad.method.conceptprune.ConceptPrune;
import cadj.cad.method.control.Controls;
import cadj.cad.method.oneshot.OneShot;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The catalogue of methods, each with its published or recommended settings.
public final class EditMethods {
  public static final List<EditMethod> ALL =
      Stream.of(
              OneShot.ALL,
              List.<EditMethod>of(Uce.PUBLISHED, UceAllTokens.RECOMMENDED, Rece.PUBLISHED),
              List.<EditMethod>of(ConceptPrune.PUBLISHED),
              Controls.ALL)
          .flatMap(List::stream)
          .toList();

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
