# bash completion for tcplab: commands, options, files, and the names of lessons, clauses and languages.

_tcplab_files() # PATTERN: files that match it, and folders to descend into
{
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -X "!$1" -- "$cur") $(compgen -d -- "$cur"))
}

_tcplab_lessons() # files, and the installed lessons by name
{
    _tcplab_files '*.@(json|pkt)'
    [[ $cur == */* ]] || COMPREPLY+=($(compgen -W "$(tcplab list 2>/dev/null | cut -d ' ' -f 1)" -- "$cur"))
}

_tcplab()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local extglob_was
    extglob_was=$(shopt -p extglob)
    shopt -s extglob
    COMPREPLY=()

    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "run batch pkt show draw diff check list explain fsm help --help --version" -- "$cur"))
        $extglob_was
        return
    fi
    case $prev in
    --lang)
        local both=
        [[ $command == draw ]] && both=both
        COMPREPLY=($(compgen -W "en zh-Hant $both" -- "$cur"))
        ;;
    --figure) COMPREPLY=($(compgen -W "sequence states header caption seqplot cwnd" -- "$cur")) ;;
    --stack) COMPREPLY=($(compgen -W "rfc linux freebsd" -- "$cur")) ;;
    --theme) COMPREPLY=($(compgen -W "light dark projector" -- "$cur")) ;;
    --axis) COMPREPLY=($(compgen -W "broken linear step" -- "$cur")) ;;
    -o) _tcplab_files '*.@(svg|png|pdf|mmd|txt|mp4|gif)' ;;
    --format) COMPREPLY=($(compgen -W "text dot json" -- "$cur")) ;;
    --trace | --pcapng | --junit) _tcplab_files '*' ;;
    --keep-traces) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")) ;;
    --seed | --set | --until | --at | --packet | --from | --to | --size | --width | --define | --time-limit | --memory-limit | -j) ;;
    *)
        if [[ $cur == -* ]]; then
            local options=
            case $command in
            run) options="--trace --pcapng --seed --set --until --lang --absolute --why --width --color --ascii --quiet" ;;
            batch) options="-j --junit --tap --keep-traces --time-limit --memory-limit --seed" ;;
            draw) options="-o --figure --at --packet --whole --from --to --theme --lang --size --axis --fps --handout --absolute" ;;
            pkt) options="--define --trace --verbose --dry-run --tap -j --strict-options --stack --seed" ;;
            show) options="--lang --absolute --why --width --color --ascii" ;;
            diff | list) options="--lang" ;;
            explain) options="--lang --width" ;;
            fsm) options="--format --coverage --lang --width" ;;
            esac
            COMPREPLY=($(compgen -W "$options --help" -- "$cur"))
        else
            case $command in
            run | draw) _tcplab_lessons ;;
            pkt) _tcplab_files '*.pkt' ;;
            batch | check) _tcplab_files '*.@(json|pkt)' ;;
            show | diff | fsm) _tcplab_files '*.json' ;;
            explain) COMPREPLY=($(compgen -W "$(tcplab explain 2>/dev/null | cut -d ' ' -f 1)" -- "$cur")) ;;
            esac
        fi
        ;;
    esac
    $extglob_was
}
complete -F _tcplab tcplab
