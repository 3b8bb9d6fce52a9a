@echo off
rem Runs cadj on Windows: finds a JDK 25, builds what is not built yet, then starts the program. After a change to the
rem sources, delete cad\target\run to have it built anew. What it does otherwise is explained in the shell script cadj.
rem
rem   CADJ_OPTS   more options for the Java virtual machine, such as -Xmx40g
rem   JAVA_HOME   the JDK to use, if it is 25 or newer
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"

set "jdk="
call :try "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do call :try "%%~dpJ.."
for %%D in ("%ProgramFiles%\Java" "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Microsoft" ^
    "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" ^
    "%LOCALAPPDATA%\Programs\Eclipse Adoptium" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps") do (
  for /d %%J in ("%%~D\*") do call :try "%%~J"
)
if defined jdk goto haveJdk
>&2 echo cadj: needs JDK 25 or newer, and found none in JAVA_HOME, PATH or the usual folders.
>&2 echo Install one (winget install EclipseAdoptium.Temurin.25.JDK) or set JAVA_HOME to it.
exit /b 1

:haveJdk
set "program=%root%\cad\target"
if exist "%program%\cad.jar" goto haveProgram
set "program=%root%\cad\target\run"
if exist "%program%\cad.jar" goto haveProgram
where mvn >nul 2>nul && goto haveMaven
>&2 echo cadj: not built yet, and building it needs Maven 3.8 or newer, which is not in PATH.
>&2 echo Install it (winget or scoop install maven) and try again.
exit /b 1

:haveMaven
>&2 echo cadj: building (the first time takes a minute or two, and loads libraries) ...
if not exist "%root%\target" mkdir "%root%\target"
call :build
if exist "%program%\cad.jar" goto haveProgram
>&2 echo cadj: the build failed; all it said is in "%root%\target\build-cad.log"
exit /b 1

:haveProgram
rem --memory SIZE is the heap's limit, which a running program cannot set.
set "heap=-XX:MaxRAMPercentage=80"
call :memory %*

rem Names and texts in any language need the console's code page to be UTF-8: chcp 65001.
"%jdk%\bin\java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseParallelGC ^
  -Xmn64m -XX:ObjectAlignmentInBytes=64 -XX:-UseGCOverheadLimit %heap% -Xlog:cds=off -Xlog:aot=off ^
  -XX:CompileCommand=quiet ^
  -XX:CompileCommand=CompileThresholdScaling,jdk.incubator.vector.*::*,5.0 ^
  -XX:CompileCommand=CompileThresholdScaling,jdk.internal.vm.vector.*::*,5.0 ^
  -XX:CompileCommand=CompileThresholdScaling,cadj.kernels.*::*,0.1 ^
  -XX:CompileCommand=CompileThresholdScaling,*Loops::*,0.02 ^
  -XX:CompileCommand=inline,cadj.kernels.vectormath.*::* ^
  -XX:CompileCommand=dontinline,*Loops::* ^
  %CADJ_OPTS% -jar "%program%\cad.jar" %*
exit /b %ERRORLEVEL%

rem Takes the JDK in folder %1 if it is new enough and there is none yet.
:try
if defined jdk exit /b
if not exist "%~1\bin\javac.exe" exit /b
if not exist "%~1\release" exit /b
for /f "usebackq tokens=1,2 delims==." %%A in ("%~1\release") do (
  if "%%A"=="JAVA_VERSION" call :newEnough "%~1" %%~B
)
exit /b

:newEnough
set "feature=%~2"
set "feature=%feature:"=%"
for /f "delims=0123456789" %%X in ("%feature%") do exit /b
if %feature% geq 25 set "jdk=%~1"
exit /b

:build
setlocal
set "JAVA_HOME=%jdk%"
call mvn -B -f "%root%\pom.xml" -pl cad -am -Dquick -Dmaven.test.skip=true -Dbuild.folder=target/run package ^
  >"%root%\target\build-cad.log" 2>&1 <nul
endlocal
exit /b

:memory
if [%1]==[] exit /b
if /i "%~1"=="--memory" if not "%~2"=="" set "heap=-Xmx%~2"
shift
goto memory
