package cadj.cad.method.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.Tasks;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EditMethodsTest {
  @Test
  void eachHasItsOwnName() {
    Set<String> names = new HashSet<>();
    for (EditMethod method : EditMethods.ALL) {
      assertTrue(method.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), method.name());
      assertTrue(names.add(method.name()), method.name());
      assertEquals(method, EditMethods.named(method.name()));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> EditMethods.named("magic")).getMessage();
    assertEquals("method: expected one of %s, got magic".formatted(EditMethods.names()), message);
  }

  @Test
  void settingsReadBackAreTheSame() {
    for (EditMethod method : EditMethods.ALL) {
      assertEquals(method, method.with(SettingValues.of(method, Map.of())), method.name());
    }
  }

  /// Another value of each setting that is a number is another method of the same name, and is what
  /// its settings tell.
  @Test
  void eachNumberCounts() {
    for (EditMethod method : EditMethods.ALL) {
      method
          .settings()
          .forEach(
              (key, value) -> {
                if (value.matches("[0-9.]+")) {
                  String other = value.contains(".") ? "0.37" : "7";
                  EditMethod changed = method.with(SettingValues.of(method, Map.of(key, other)));
                  assertEquals(other, changed.settings().get(key), method.name() + " " + key);
                  assertEquals(method.settings().size(), changed.settings().size());
                  changed
                      .settings()
                      .forEach(
                          (its, now) ->
                              assertEquals(
                                  its.equals(key) ? other : method.settings().get(its), now));
                }
              });
    }
  }

  @Test
  void wrongSettingsAreRefusedByName() {
    EditMethod uce = EditMethods.named("uce");
    for (List<String> wrong :
        List.of(
            List.of(
                "etta", "1", "uce: has no setting etta, only erase_scale, preserve_scale, lamb"),
            List.of("eta", "one", "uce: eta: expected a number, got one"),
            List.of("eta", "NaN", "uce: eta: expected a finite number, got NaN"),
            List.of("lamb", "0", "uce: lamb: expected a number above 0, got 0.0"),
            List.of("expansion", "x", "uce: expansion: expected none or object or art, got x"))) {
      Map<String, String> changes = Map.of(wrong.get(0), wrong.get(1));
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> uce.with(SettingValues.of(uce, changes)))
              .getMessage();
      assertTrue(message.startsWith(wrong.get(2)), message);
    }
    EditMethod rece = EditMethods.named("rece");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> rece.with(SettingValues.of(rece, Map.of("epochs", "2.5"))))
            .getMessage();
    assertEquals("rece: epochs: expected an integer, got 2.5", message);
  }

  /// What a method says that it can do is what it does: one that only erases refuses to amplify,
  /// before it looks at the model.
  @Test
  void goalsAreWhatMethodsDo() {
    Set<String> both = new HashSet<>();
    for (EditMethod method : EditMethods.ALL) {
      method.requireGoal(EditTask.Goal.ERASE);
      if (method.goals().contains(EditTask.Goal.AMPLIFY)) {
        both.add(method.name());
        method.requireGoal(EditTask.Goal.AMPLIFY);
        continue;
      }
      String expected = method.name() + ": expected a concept to erase, got one to amplify";
      assertEquals(expected, refused(() -> method.requireGoal(EditTask.Goal.AMPLIFY)));
      EditTask task = Tasks.sneaker(EditTask.Goal.AMPLIFY, 1);
      String message = refused(() -> method.edit(task, EditMethod.Progress.NONE));
      assertTrue(message.endsWith("expected a concept to erase, got one to amplify"), message);
      assertEquals(0, task.cost().passes(), method.name());
    }
    assertEquals(
        Set.of(
            "cad-one-shot",
            "cad-calibrated",
            "cad-contrast",
            "cad-rounds",
            "cad-reference",
            "random",
            "magnitude",
            "activation",
            "wanda"),
        both);
  }

  private static String refused(Runnable work) {
    return assertThrows(IllegalArgumentException.class, work::run).getMessage();
  }
}
