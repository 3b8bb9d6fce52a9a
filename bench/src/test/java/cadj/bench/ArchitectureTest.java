package cadj.bench;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.cuda.CudaException;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds the packages of all modules to `kernels ← tensor ← autograd ← models ← cad ← bench`.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .withImportOption(location -> !location.contains("jmh_generated"))
          .importPackages("cadj");

  /// A rule passes on no classes at all: these are a good part of what each module holds.
  @ParameterizedTest
  @CsvSource({"kernels,80", "tensor,18", "autograd,55", "models,45", "cad,28", "bench,45"})
  void seesTheClasses(String module, int atLeast) {
    long seen =
        CLASSES.stream()
            .filter(type -> type.getPackageName().startsWith("cadj." + module))
            .filter(type -> type.getEnclosingClass().isEmpty())
            .count();
    assertTrue(seen >= atLeast, () -> module + ": expected at least " + atLeast + ", saw " + seen);
  }

  @Test
  void modulesSeeOnlyWhatStandsToTheirLeft() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("kernels")
        .definedBy("cadj.kernels..")
        .layer("tensor")
        .definedBy("cadj.tensor..")
        .layer("autograd")
        .definedBy("cadj.autograd..")
        .layer("models")
        .definedBy("cadj.models..")
        .layer("cad")
        .definedBy("cadj.cad..")
        .layer("bench")
        .definedBy("cadj.bench..")
        .whereLayer("tensor")
        .mayOnlyBeAccessedByLayers("autograd", "models", "cad", "bench")
        .whereLayer("autograd")
        .mayOnlyBeAccessedByLayers("models", "cad", "bench")
        .whereLayer("models")
        .mayOnlyBeAccessedByLayers("cad", "bench")
        .whereLayer("cad")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(CLASSES);
  }

  @Test
  void onlyTensorAndAutogradCallKernels() {
    noClasses()
        .that()
        .resideInAnyPackage("cadj.models..", "cadj.cad..")
        .and()
        .resideOutsideOfPackages(
            "cadj.cad.ptx", "cadj.cad.profile", "cadj.cad.cli", "cadj.cad.gpucheck")
        .should()
        .dependOnClassesThat(
            resideInAPackage("cadj.kernels..")
                .and(
                    not(
                        resideInAnyPackage(
                            "cadj.kernels.device",
                            "cadj.kernels.random",
                            "cadj.kernels.profiler",
                            "cadj.kernels.record",
                            "cadj.kernels.roofline")))
                .and(not(belongToAnyOf(DeviceChoice.class, CudaException.class))))
        .because(
            "models and attribution are written in tensors, on a device once chosen; what the"
                + " profiler counts and records is shown by the command line, and no model comes"
                + " into it; only the commands that run a user's own PTX see how it is read")
        .check(CLASSES);
  }

  @Test
  void onlyTheFolderThatLoadsItNamesTheDenoisersClass() {
    noClasses()
        .that()
        .resideOutsideOfPackages("cadj.models.unet", "cadj.models.sd3", "cadj.models.files")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("cadj.models.unet", "cadj.models.sd3")
        .because("the rest is written for any cadj.models.denoiser.Denoiser")
        .check(CLASSES);
  }

  @Test
  void vectorsArePassedOnlyToWhatIsAlwaysInlined() {
    DescribedPredicate<JavaClass> vector = assignableTo(Vector.class);
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("cadj.kernels.vectormath")
        .should()
        .haveRawReturnType(vector)
        .orShould()
        .haveRawParameterTypes(anyElementThat(vector))
        .because("the launcher has only those inlined, and elsewhere vectors go to the heap")
        .check(CLASSES);
  }

  /// But for vectors of shorts, half as wide, which nothing else uses.
  @Test
  void vectorsAreOfOneSize() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("cadj.kernels.convert.ConvertVector")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(VectorShape.class)
        .orShould()
        .callMethod(VectorSpecies.class, "ofLargestShape", Class.class)
        .orShould()
        .accessFieldWhere(
            target(nameMatching("SPECIES_(64|128|256|512|MAX)")).as("the species of a fixed size"))
        .because("classes of two sizes in the profiles of what they share cost the inlining")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nothingIsFoundByReflectionOrLoggedByTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.lang.reflect..", "java.util.logging..", "sun..")
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .check(CLASSES);
  }

  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
