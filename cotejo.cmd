@echo off
rem Cotejo on Windows: for the card station and for signing with a card (docs/windows.md says what was not tried).
rem Installs the locked dependencies once, then hands over. Messages in plain ASCII, as code pages differ. Exit 75: try again later.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "modules=%root%node_modules"
set "private=%root%.cotejo"
set "noted=%modules%\.cotejo\production.json"

set "english="
if defined LANG if /i "%LANG:~0,2%"=="en" set "english=yes"
call :languages %*

call :find_node
if errorlevel 1 exit /b 75
call :is_installed
if errorlevel 1 call :install
if errorlevel 1 exit /b 75

if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=%private%\compiled"
"%node%" --disable-warning=ExperimentalWarning "%root%cli\main.ts" %*
exit /b %errorlevel%

:languages
if "%~1"=="" exit /b 0
if /i "%~1"=="--lang=en" set "english=yes"
if /i "%~1"=="--lang=es" set "english="
if /i "%~1"=="--lang" if /i "%~2"=="en" set "english=yes"
if /i "%~1"=="--lang" if /i "%~2"=="es" set "english="
shift
goto :languages

:say
if defined english (echo cotejo: %~2>&2) else (echo cotejo: %~1>&2)
exit /b 0

rem The first node.exe on the PATH, if it is version 24 or newer.
:find_node
set "node="
for %%n in (node.exe) do set "node=%%~$PATH:n"
if not defined node goto :no_node
set "major="
for /f "tokens=1 delims=v." %%m in ('""%node%" --version 2^>nul"') do set "major=%%m"
if not defined major goto :no_node
if %major% lss 24 goto :no_node
exit /b 0
:no_node
call :say "hace falta Node.js 24 o posterior en el PATH: https://nodejs.org/es/download" "Node.js 24 or later is needed on the PATH: https://nodejs.org/en/download"
exit /b 1

rem Beside what npm installed lies a copy of the lockfile that it came from.
:is_installed
if not exist "%noted%" exit /b 1
fc /b "%root%package-lock.json" "%noted%" >nul 2>nul
if errorlevel 1 exit /b 1
exit /b 0

rem One process at a time: whoever makes the folder has the lock.
:install
if not exist "%private%" mkdir "%private%" 2>nul
set "waited="
:take_lock
mkdir "%private%\installing" 2>nul
if not errorlevel 1 goto :have_lock
if not exist "%private%" call :say "no se puede escribir en esta carpeta" "this folder cannot be written to"
if not exist "%private%" exit /b 1
if not defined waited call :say "otro proceso esta instalando; si no es asi, borre .cotejo\installing" "another process is installing; if not, remove .cotejo\installing"
set /a waited+=1
if %waited% gtr 900 exit /b 1
ping -n 2 127.0.0.1 >nul
call :is_installed
if not errorlevel 1 exit /b 0
goto :take_lock

:have_lock
call :say "instalando las dependencias, una sola vez..." "installing the dependencies, once..."
pushd "%root%"
call npm ci --omit=dev --include=optional --ignore-scripts --loglevel=error --no-update-notifier 1>&2
set "failed=%errorlevel%"
popd
if not "%failed%"=="0" (
  rmdir "%private%\installing"
  call :say "npm no pudo instalar las dependencias: revise la red y vuelva a intentarlo" "npm could not install the dependencies: check the network and try again"
  exit /b 1
)
if not exist "%modules%\.cotejo" mkdir "%modules%\.cotejo"
copy /y "%root%package-lock.json" "%noted%" >nul
rmdir "%private%\installing"
exit /b 0
